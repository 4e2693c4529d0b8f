using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Training;
using MiniCpmDist.Native.TorchExt;

namespace MiniCpmDist.Cli.Hosting;

/// <summary>
/// What <c>train</c> and <c>resume</c> share: join the world, check, open or create the run folder, train, and give
/// rank 0 a coordinator and a display.
/// </summary>
internal static class TrainingHost
{
    /// <summary>Trains a new run.</summary>
    public static int Train(RunOptions options, string folderPath) => Run(
        options,
        communicator => CreateCollective(communicator, folderPath, options),
        faults => RunFolder.RequireFree(faults, folderPath));

    /// <summary>Continues a run from its newest checkpoint, or starts a branch from its parent's.</summary>
    public static int Resume(string folderPath)
    {
        RankWorld.Join();
        var (folder, options) = RunFolder.Open(folderPath);
        return Run(options, _ => folder, _ => { });
    }

    private static int Run(
        RunOptions options, Func<ICommunicator, RunFolder> openFolder, Action<FaultCollector> checkFolder)
    {
        var communicator = RankWorld.Join();
        // Before the first tensor: neither the launcher nor the environment decides how sums are split over threads.
        ComputeThreads.Set(options.Parallel.ThreadsPerRank);
        var first = communicator.Rank == 0;
        using var session = TrainingSession.Open(options, communicator, first ? checkFolder : _ => { });
        var folder = openFolder(communicator);
        using var coordinator = first ? RunCoordinator.Start(options) : null;
        IReadOnlyList<IStepObserver> observers =
            first ? [new ProgressDisplay(Screen.FromEnvironment(), folder.Path, coordinator?.Address)] : [];
        var environment = RunEnvironment.Here(
            communicator.WorldSize, ProductVersion.Text, ProductVersion.TensorLibrary, communicator.Description);
        session.RunCollective(folder, coordinator?.Control ?? NoRunControl.Instance, observers, environment);
        return 0;
    }

    private static RunFolder CreateCollective(ICommunicator communicator, string path, RunOptions options)
    {
        var folder = communicator.Rank == 0 ? RunFolder.Create(path, options) : new RunFolder(path);
        communicator.BarrierCollective();
        return folder;
    }
}
