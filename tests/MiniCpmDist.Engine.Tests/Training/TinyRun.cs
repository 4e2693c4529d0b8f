using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Engine.Tests.Collectives;
using MiniCpmDist.Engine.Tests.Steering;
using MiniCpmDist.Engine.Training;
using MiniCpmDist.Engine.Training.FaultInjection;
using MiniCpmDist.Engine.Training.Saving;
using MiniCpmDist.Native.TorchExt;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Telemetry;
using MiniCpmDist.Runs.Tests;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Training;

/// <summary>
/// A run folder under a <see cref="TinyData"/>, trained as <c>minicpm</c> trains it but within this process.
/// </summary>
internal sealed class TinyRun
{
    private TinyRun(RunFolder folder, RunOptions options) => (Folder, Options) = (folder, options);

    public RunFolder Folder { get; }

    public RunOptions Options { get; init; }

    /// <summary>What is planned in each process that trains it, as a test of the tool would say it.</summary>
    public string? Faults { get; init; }

    /// <summary>Of every attempt of this run; what was passed over is added.</summary>
    public AttemptOptions Attempt { get; init; } = new();

    /// <summary>
    /// A new folder; runs in different ones may have the same name, so that their files can be the same.
    /// </summary>
    public static TinyRun Create(TinyData data, Func<RunOptions, RunOptions>? change = null)
    {
        var options = data.Options();
        options = change?.Invoke(options) ?? options;
        var path = Path.Combine(data.Folder, Path.GetRandomFileName(), options.Name);
        return new TinyRun(RunFolder.Create(path, options), options);
    }

    /// <summary>A run whose folder is there already.</summary>
    public static TinyRun Open(RunFolder folder) => new(folder, RunFolder.Open(folder.Path).Options);

    /// <summary>The same folder under a configuration that somebody has edited.</summary>
    public TinyRun With(Func<RunOptions, RunOptions> change) =>
        new(Folder, change(Options)) { Attempt = Attempt, Faults = Faults };

    /// <summary>The same run with other attempts.</summary>
    public TinyRun With(AttemptOptions attempt) => new(Folder, Options) { Attempt = attempt, Faults = Faults };

    /// <summary>The same run with planned faults, or with none.</summary>
    public TinyRun With(string? faults) => new(Folder, Options) { Attempt = Attempt, Faults = faults };

    /// <summary>Trains alone, or in a world of threads; the outcomes are in rank order.</summary>
    public RunOutcome[] Train(int worldSize = 1, IRunControl? control = null, params IStepObserver[] observers)
    {
        ComputeThreads.Set(1);
        using var world = new ThreadWorld(worldSize);
        return worldSize == 1
            ? [TrainCollective(new LoopbackCommunicator(), control, observers)]
            : world.Run(communicator => TrainCollective(communicator, control, observers));
    }

    public string[] Journal() => File.ReadAllLines(Folder.JournalPath);

    public string[] Metrics() => File.ReadAllLines(Folder.MetricsPath);

    /// <summary>What the steps measured, without the evaluations.</summary>
    public IReadOnlyList<StepReport> Steps() =>
        [.. Metrics().Where(line => !MetricsLine.IsHeldOut(line)).Select(MetricsLine.Parse)];

    /// <summary>Its evaluations.</summary>
    public IReadOnlyList<HeldOutReport> HeldOut() =>
        [.. Metrics().Where(MetricsLine.IsHeldOut).Select(MetricsLine.ParseHeldOut)];

    /// <summary>Steps of the committed checkpoints.</summary>
    public IEnumerable<long> SavedSteps() => Folder.Checkpoints.Select(checkpoint => checkpoint.Step);

    /// <summary>How often a last checkpoint that fails is tried.</summary>
    public SavePatience SavePatience { get; init; } = new(3, TimeSpan.Zero);

    /// <summary>Every file of the newest checkpoint, by name.</summary>
    public SortedDictionary<string, byte[]> NewestFiles() => Files(Folder.NewestCheckpoint!);

    /// <summary>Every file of a checkpoint, by name.</summary>
    public static SortedDictionary<string, byte[]> Files(CheckpointFolder checkpoint) => new(
        Directory.EnumerateFiles(checkpoint.Path)
            .ToDictionary(path => Path.GetFileName(path), File.ReadAllBytes),
        StringComparer.Ordinal);

    private RunOutcome TrainCollective(ICommunicator communicator, IRunControl? control, IStepObserver[] observers)
    {
        var own = communicator.Rank == 0 ? control ?? ScriptedControl.Silent : ScriptedControl.Forbidden;
        var planned = Faults is null
            ? null
            : new PlannedFaults(
                PlannedFault.ParseAll(Faults, "the test"), communicator.Rank, action => Assert.Fail($"{action}"));
        while (true)
        {
            using var session = TrainingSession.Open(Options, communicator);
            var (start, passedOver) = RunStart.FindCollective(communicator, Folder, Options);
            var outcome = session.RunCollective(
                Folder, start, own, observers, SomeEnvironment.Of(communicator.WorldSize),
                Attempt with { PassedOver = passedOver, SavePatience = SavePatience, Faults = planned });
            if (outcome != RunOutcome.RolledBack)
                return outcome;
        }
    }
}
