using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Native.Mpi;

namespace MiniCpmDist.Cli.Hosting;

/// <summary>Joins the world that a launcher started this process in, or a world of one.</summary>
internal static class RankWorld
{
    /// <summary>The world this process has joined; null before, and for commands that need none.</summary>
    public static ICommunicator? Current { get; private set; }

    /// <summary>
    /// Joins once; the first thing a command of many ranks does, so that even a fault in its configuration is told by
    /// one rank and not by all. MPI is loaded only under a launcher: a single process needs no MPI installation.
    /// </summary>
    public static ICommunicator Join()
    {
        Current ??= MpiLaunch.IsUnderLauncher(Environment.GetEnvironmentVariable)
            ? new MpiCommunicator(MpiWorld.Initialize())
            : new LoopbackCommunicator();
        return Current;
    }

    /// <summary>
    /// Leaves the world in good order, which every rank must do. Never while an exception is under way: the other ranks
    /// would be waited for that are waiting for this one (see <see cref="FatalErrors"/>).
    /// </summary>
    public static void LeaveCollective()
    {
        Current?.Dispose();
        Current = null;
    }
}
