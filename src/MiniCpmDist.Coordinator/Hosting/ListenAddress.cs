using System.Net;
using System.Net.Sockets;
using MiniCpmDist.Core.Configuration;

namespace MiniCpmDist.Coordinator.Hosting;

/// <summary>Where the service listens.</summary>
internal static class ListenAddress
{
    /// <param name="address"><c>http://HOST:PORT</c>: an address or name of this machine, or <c>*</c> for all its
    /// addresses; port 0 for a free one.</param>
    /// <exception cref="ConfigurationException">The address has another form, or the name is unknown.</exception>
    public static IPEndPoint Parse(string address)
    {
        const string Scheme = "http://";
        ArgumentNullException.ThrowIfNull(address);
        // '*' is no host for Uri, and cleartext is all there is.
        var text = address.StartsWith(Scheme + "*", StringComparison.Ordinal)
            ? string.Concat(Scheme, IPAddress.Any.ToString(), address.AsSpan(Scheme.Length + 1))
            : address;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || uri.Scheme != Uri.UriSchemeHttp
            || uri.AbsolutePath != "/")
        {
            throw new ConfigurationException([new Fault(
                "coordinator.address",
                "http://HOST:PORT",
                $"'{address}'",
                "write for example http://127.0.0.1:7070, or http://*:7070 to be reached from other machines")]);
        }

        return new IPEndPoint(AddressOf(uri, address), uri.Port);
    }

    private static IPAddress AddressOf(Uri uri, string address)
    {
        if (IPAddress.TryParse(uri.DnsSafeHost, out var literal))
            return literal;

        if (uri.IsLoopback)
            return IPAddress.Loopback;

        try
        {
            var addresses = Dns.GetHostAddresses(uri.DnsSafeHost);
            return addresses.FirstOrDefault(found => found.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
        }
        catch (SocketException exception)
        {
            throw new ConfigurationException([new Fault(
                "coordinator.address",
                "an address or name of this machine",
                $"'{address}' ({exception.Message})",
                "write for example http://127.0.0.1:7070, or http://*:7070 to be reached from other machines")]);
        }
    }
}
