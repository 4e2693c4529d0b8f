using System.Net;
using System.Net.Sockets;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Coordinator.Hosting;

/// <summary>Where the service listens.</summary>
/// <param name="EndPoint">Address and port; port 0 for a free one.</param>
/// <param name="IsEncrypted">Written <c>https://</c>.</param>
/// <param name="Text">As the user has written it.</param>
/// <param name="Key">Where the user has written it.</param>
internal sealed record ListenAddress(IPEndPoint EndPoint, bool IsEncrypted, string Text, string Key)
{
    private const string Advice =
        "write for example http://127.0.0.1:7070, or http://*:7070 to be reached from other machines";

    /// <summary>The host as it was written, which may be a name.</summary>
    public string Host => new Uri(Text.Replace("://*", $"://{IPAddress.Any}", StringComparison.Ordinal)).Host;

    /// <summary>True if no other machine can reach it.</summary>
    public bool IsLoopback => IPAddress.IsLoopback(EndPoint.Address);

    /// <param name="address"><c>http://HOST:PORT</c> or <c>https://HOST:PORT</c>: an address or name of this machine,
    /// or <c>*</c> for all its addresses; port 0 for a free one.</param>
    /// <param name="key">Where it was written, for problems.</param>
    /// <exception cref="ConfigurationException">The address has another form, or the name is unknown.</exception>
    public static ListenAddress Parse(string address, string key)
    {
        ArgumentNullException.ThrowIfNull(address);
        // Uri does not take '*' as a host.
        var text = address.Replace("://*", $"://{IPAddress.Any}", StringComparison.Ordinal);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)
            || uri.AbsolutePath != "/")
        {
            throw new ConfigurationException([new Problem(
                key, "http://HOST:PORT or https://HOST:PORT", $"'{address}'", Advice)]);
        }

        return new ListenAddress(
            new IPEndPoint(AddressOf(uri, address, key), uri.Port), uri.Scheme == Uri.UriSchemeHttps, address, key);
    }

    private static IPAddress AddressOf(Uri uri, string address, string key)
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
            throw new ConfigurationException([new Problem(
                key, "an address or name of this machine", $"'{address}' ({exception.Message})", Advice)]);
        }
    }
}
