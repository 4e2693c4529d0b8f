using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Native.Mpi;

namespace MiniCpmDist.Cli.Launching;

/// <summary>Joins the world that a launcher started this process in, or a world of one.</summary>
internal static class RankWorld
{
    /// <summary>The world this process has joined; null before, and for commands that need none.</summary>
    public static ICommunicator? Current { get; private set; }

    /// <summary>This process's index among the ranks of its host.</summary>
    public static int LocalRank { get; private set; }

    /// <summary>
    /// Joins once; the first thing a command of many ranks does, so that even a problem in its configuration is told by
    /// one rank and not by all. MPI is loaded only under a launcher: a single process needs no MPI installation.
    /// </summary>
    public static ICommunicator Join()
    {
        if (Current is not null)
            return Current;
        StartTimes.Done("command line");
        Current = MpiLaunch.IsUnderLauncher(Environment.GetEnvironmentVariable)
            ? OverMpi(MpiWorld.Initialize())
            : new LoopbackCommunicator();
        StartTimes.Done("join MPI");
        RequireWholeWorld(Current);
        return Current;
    }

    private static MpiCommunicator OverMpi(MpiWorld world)
    {
        LocalRank = world.LocalRank;
        return new MpiCommunicator(world);
    }

    /// <summary>
    /// A launcher of another MPI family starts N processes that each believe to be alone; they would all train the same
    /// run at once.
    /// </summary>
    private static void RequireWholeWorld(ICommunicator world)
    {
        if (MpiLaunch.ExpectedWorldSize(Environment.GetEnvironmentVariable) is { } expected
            && expected != world.WorldSize)
        {
            throw new ConfigurationException([new Problem(
                "the launcher", $"a world of {expected} ranks, as it says itself",
                $"one of {world.WorldSize} over {world.Description}",
                "start it with the mpirun of the MPI that minicpm was built with, or with launch/mpirun; under Slurm "
                + "with srun --mpi=pmix (or pmi2)")]);
        }
    }

    /// <summary>
    /// Leaves the world in good order, which every rank must do. Never call it while an exception is under way: this
    /// rank would wait for ranks that wait for it (see <see cref="FatalErrors"/>).
    /// </summary>
    public static void LeaveCollective()
    {
        Current?.Dispose();
        Current = null;
    }
}
