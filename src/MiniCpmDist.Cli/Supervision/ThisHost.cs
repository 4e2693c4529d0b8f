using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace MiniCpmDist.Cli.Supervision;

/// <summary>Which names and addresses are this machine's: mpirun starts ranks there without asking anybody.</summary>
internal static class ThisHost
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <param name="host">A name or an address of a host file.</param>
    /// <returns>True for its names, for the addresses of its interfaces, and for names that stand for them.</returns>
    public static bool Is(string host)
    {
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || host.Equals(Environment.MachineName, StringComparison.OrdinalIgnoreCase))
            return true;
        var own = Addresses();
        return (IPAddress.TryParse(host, out var address) ? [address] : Resolve(host)).Any(own.Contains);
    }

    private static HashSet<IPAddress> Addresses() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address),
    ];

    /// <summary>The result is empty where nobody answers in time; then the host itself is asked.</summary>
    private static IPAddress[] Resolve(string name)
    {
        try
        {
            var answer = Dns.GetHostAddressesAsync(name);
            return answer.Wait(s_patience) ? answer.Result : [];
        }
        catch (Exception exception) when (exception is AggregateException or SocketException or ArgumentException)
        {
            return [];
        }
    }
}
