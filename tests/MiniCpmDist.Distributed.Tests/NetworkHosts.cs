using System.Globalization;

namespace MiniCpmDist.Distributed.Tests;

/// <summary>
/// Two hosts made of network namespaces: each with an address of its own behind a cable that can be pulled. What
/// stands in for ssh enters the namespace, and fails where the cable is out.
/// </summary>
public sealed class NetworkHosts : IDisposable
{
    private readonly string _folder;

    // Tests of several checkouts may run at once, and one that is killed leaves its network behind: each has its own.
    private readonly string _network = $"10.{213 + Environment.ProcessId / 250 % 40}.{Environment.ProcessId % 250}";

    // Names of interfaces have 15 characters at most.
    private readonly string _id = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    public NetworkHosts(string folder)
    {
        _folder = folder;
        HostFile = Path.Combine(folder, "network-hosts");
        Agent = Path.Combine(folder, "network-agent");
        File.WriteAllText(HostFile, $"{_network}.11 slots=1\n{_network}.12 slots=1\n");
        Shell($"""
            for bridge in $(ip -o link show type bridge | grep -o 'mb[0-9]*:' | tr -dc '0-9\n'); do
                [ -e /proc/$bridge ] || {"{"}
                    ip netns del mh$bridge-1; ip netns del mh$bridge-2; ip link del mb$bridge;
                {"}"}
            done
            ip link add mb{_id} type bridge
            ip addr add {_network}.1/24 dev mb{_id}
            ip link set mb{_id} up
            for i in 1 2; do
                ip netns add mh{_id}-$i
                ip link add mc{_id}-$i type veth peer name eth0 netns mh{_id}-$i
                ip link set mc{_id}-$i master mb{_id} up
                ip -n mh{_id}-$i addr add {_network}.1$i/24 dev eth0
                ip -n mh{_id}-$i link set eth0 up
                ip -n mh{_id}-$i link set lo up
            done
            """).Succeeded();
        PretendedSsh.Write(
            Agent,
            $"""
            number=${"{host#"}{_network}.1{"}"}
            ip link show mc{_id}-$number | grep -q 'state UP' || exit 255
            """,
            // Each host has a name of its own, as hosts have: Open MPI's daemons report it, and two that report one
            // name are told apart only by the order in which they do.
            $"ip netns exec mh{_id}-$number unshare --uts sh -c "
                + "'printf host-%s \"$0\" >/proc/sys/kernel/hostname && exec \"$@\"' \"$number\"");
    }

    public string HostFile { get; }

    /// <summary>The host that <see cref="Cut"/> cuts off.</summary>
    public string Second => $"{_network}.12";

    public string Agent { get; }

    /// <summary>What mpirun has to know of this network.</summary>
    public (string, string)[] MpiEnvironment =>
    [
        ("OMPI_MCA_plm_rsh_agent", Agent), ("OMPI_MCA_orte_keep_fqdn_hostnames", "1"),
        ("OMPI_MCA_oob_tcp_if_include", $"{_network}.0/24"), ("OMPI_MCA_btl_tcp_if_include", $"{_network}.0/24"),
    ];

    /// <summary>Null where hosts can be made; else why not.</summary>
    public static string? Missing(string folder)
    {
        if (Environment.UserName != "root")
            return "network namespaces need root";
        return Tool.Start(folder, "sh", ["-c", "ip netns add mcd-try && ip netns del mcd-try"], []).ExitCode == 0
            ? null
            : "this machine makes no network namespaces";
    }

    /// <summary>Pulls the cable of the second host.</summary>
    public void Cut() => Shell($"ip link set mc{_id}-2 down").Succeeded();

    public void Dispose() => Shell($"""
        for i in 1 2; do
            ip netns pids mh{_id}-$i | xargs -r kill -9
            ip netns del mh{_id}-$i
            ip link del mc{_id}-$i
        done
        ip link del mb{_id}
        """);

    private ToolResult Shell(string script) => Tool.Start(_folder, "sh", ["-c", script], []);
}
