using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.Configuration;
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
    /// <param name="options">Its configuration, as far as it could be read.</param>
    /// <param name="folderPath">Where its folder is to be.</param>
    /// <param name="faults">What is wrong with the configuration; everything else that is wrong is told with it.</param>
    public static int Train(RunOptions options, string folderPath, FaultCollector faults)
    {
        var communicator = RankWorld.Join();
        var folder = new RunFolder(folderPath);
        // Rank 0 alone: a slower rank could already see the folder that rank 0 has made.
        if (communicator.Rank == 0)
            RunFolder.RequireFree(faults, folderPath);
        return Run(options, folder, faults, () => RunFolder.Create(folderPath, options));
    }

    /// <summary>Continues a run from its newest checkpoint, or starts a branch from its parent's.</summary>
    public static int Resume(string folderPath)
    {
        RankWorld.Join();
        var (folder, options) = RunFolder.Open(folderPath);
        return Run(options, folder, new FaultCollector(), () => { });
    }

    private static int Run(RunOptions options, RunFolder folder, FaultCollector faults, Action createFolder)
    {
        var communicator = RankWorld.Join();
        // Before the first tensor: neither the launcher nor the environment decides how sums are split over threads.
        ComputeThreads.Set(options.Parallel.ThreadsPerRank);
        var first = communicator.Rank == 0;
        using var session = TrainingSession.Open(options, communicator, faults);
        var start = RunStart.FindCollective(communicator, folder, options);
        using var coordinator = first ? RunCoordinator.Start(options) : null;
        // Nothing is written before every rank has got here.
        communicator.BarrierCollective();
        if (first)
            createFolder();
        communicator.BarrierCollective();
        IReadOnlyList<IStepObserver> observers =
            first ? [new ProgressDisplay(Screen.FromEnvironment(), folder.Path, coordinator?.Address)] : [];
        var environment = RunEnvironment.Here(
            communicator.WorldSize, ProductVersion.Text, ProductVersion.TensorLibrary, communicator.Description);
        session.RunCollective(folder, start, coordinator?.Control ?? NoRunControl.Instance, observers, environment);
        return 0;
    }
}
