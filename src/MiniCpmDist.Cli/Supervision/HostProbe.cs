using System.ComponentModel;
using System.Diagnostics;
using MiniCpmDist.Core.Recovery;

namespace MiniCpmDist.Cli.Supervision;

/// <summary>Asks hosts whether they are there, in the way that mpirun will start its daemons on them.</summary>
internal static class HostProbe
{
    private const string AgentVariable = "OMPI_MCA_plm_rsh_agent";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>Returns the hosts that answer, in the given order.</summary>
    public static IReadOnlyList<HostSlots> Answering(IReadOnlyList<HostSlots> hosts)
    {
        var answers = hosts.AsParallel().AsOrdered().WithDegreeOfParallelism(Math.Min(64, Math.Max(1, hosts.Count)))
            .Select(host => Answers(host.Name)).ToArray();
        return [.. hosts.Where((_, i) => answers[i])];
    }

    private static bool Answers(string host)
    {
        if (ThisHost.Is(host))
            return true;
        var agent = Environment.GetEnvironmentVariable(AgentVariable)?.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            ?? ["ssh", "-x", "-o", "BatchMode=yes", "-o", "ConnectTimeout=4"];
        var start = new ProcessStartInfo(agent[0], [.. agent[1..], host, "true"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            if (process.WaitForExit(s_patience))
                return process.ExitCode == 0;
            process.Kill(entireProcessTree: true);
            return false;
        }
        catch (Win32Exception)
        {
            // If there is no way to ask, mpirun finds out.
            return true;
        }
    }
}
