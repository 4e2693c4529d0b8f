using MiniCpmDist.Core.Recovery;

namespace MiniCpmDist.Cli.Supervision;

/// <summary>Runs a command of minicpm on several MPI ranks of this host, once.</summary>
internal static class RankCommand
{
    /// <summary>
    /// Starts the ranks and waits for their end. Signals that this process gets are theirs: the ranks save and end.
    /// </summary>
    /// <returns>The exit code of their launcher, which has said what happened.</returns>
    public static int Run(int ranks, string[] arguments)
    {
        using var signals = new ForwardedSignals();
        using var world = WorldProcess.Start(new WorldFit(ranks, []), arguments);
        signals.SendTo(world.Signal);
        world.Wait(Timeout.InfiniteTimeSpan);
        return world.ExitCode;
    }
}
