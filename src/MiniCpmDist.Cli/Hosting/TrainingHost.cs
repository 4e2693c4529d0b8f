using System.Diagnostics.Metrics;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Launching;
using MiniCpmDist.Cli.Telemetry;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Launching;
using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Data;
using MiniCpmDist.Engine.Faults;
using MiniCpmDist.Engine.Import;
using MiniCpmDist.Engine.Recovery;
using MiniCpmDist.Engine.Replay;
using MiniCpmDist.Engine.Runs;
using MiniCpmDist.Engine.Saving;
using MiniCpmDist.Engine.Telemetry;
using MiniCpmDist.Engine.Tracing;
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
    /// <param name="faults">What is wrong with the configuration; everything else that is wrong is told with
    /// it.</param>
    /// <param name="limit">Wall time of this attempt.</param>
    /// <param name="profile">Steps to trace.</param>
    public static int Train(
        RunOptions options, string folderPath, FaultCollector faults, TimeLimit? limit, StepRange? profile)
    {
        var weights = RequireStart(options, folderPath, faults);
        return Run(
            options, new RunFolder(folderPath), faults, weights, limit, profile,
            () => RunFolder.Create(folderPath, options));
    }

    /// <summary>Checks a new run as training would and says what it would do; nothing is trained or written.</summary>
    public static int Check(RunOptions options, string folderPath, FaultCollector faults, StepRange? profile)
    {
        var communicator = RankWorld.Join();
        var weights = RequireStart(options, folderPath, faults);
        RankDevice.Require(options, faults);
        var plan = TrainingPlan.Make(options, communicator.WorldSize, faults);
        AttemptArguments.RequireSteps(profile, 0, plan.Steps);
        foreach (var line in communicator.Rank == 0 ? CheckText.Lines(plan, weights) : [])
            Console.WriteLine(line);
        return 0;
    }

    /// <summary>Continues a run from its newest checkpoint, or starts a branch from its parent's.</summary>
    public static int Resume(
        string folderPath, FaultCollector faults, TimeLimit? limit, StepRange? profile, bool takeOver)
    {
        RankWorld.Join();
        var (folder, options) = RunFolder.Open(folderPath);
        return Run(options, folder, faults, null, limit, profile, () => { }, takeOver);
    }

    /// <summary>Trains a run again from its journal, in a folder beside it, and compares the losses.</summary>
    /// <returns>0 where they are the same to the last bit, 1 otherwise.</returns>
    public static int Replay(string folderPath, string name)
    {
        var communicator = RankWorld.Join();
        var original = RunFolder.Open(folderPath).Folder;
        var replay = RunReplay.Of(original, name);
        var again = new RunFolder(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(folderPath))!, name));
        var refusals = new List<string>();
        foreach (var (segment, i) in replay.Segments.Select((segment, i) => (segment, i)))
        {
            var faults = new FaultCollector();
            var weights = i == 0 ? RequireStart(segment.Options, again.Path, faults) : null;
            var control = segment.NewControl();
            Run(
                segment.Options, again, faults, weights, null, null,
                () =>
                {
                    if (i == 0)
                        RunFolder.Create(again.Path, segment.Options);
                    else
                        File.WriteAllText(again.ConfigurationPath, RunFile.Write(segment.Options));
                    segment.PassOver(again);
                },
                control: control);
            refusals.AddRange(control.Refusals);
        }
        if (communicator.Rank != 0)
            return 0;
        foreach (var refusal in refusals)
            Console.WriteLine($"a command that {original.Path} accepted was refused: {refusal}");
        var difference = LossColumn.Read(original).FirstDifference(LossColumn.Read(again), replay.LastStep);
        Console.WriteLine(difference is null
            ? $"{again.Path}: all losses up to step {replay.LastStep} are those of {original.Path}, to the last bit"
            : $"{again.Path}: the first loss that is not that of {original.Path}: {difference}");
        return difference is null && refusals.Count == 0 ? 0 : 1;
    }

    /// <summary>A new run needs a free folder, and the weights that it names.</summary>
    private static PretrainedWeights? RequireStart(RunOptions options, string folderPath, FaultCollector faults)
    {
        // Rank 0 alone: a slower rank could already see the folder that rank 0 has made.
        if (RankWorld.Join().Rank == 0)
            RunFolder.RequireFree(faults, folderPath);
        return faults.Try(() => OpenWeights(options));
    }

    private static PretrainedWeights? OpenWeights(RunOptions options)
    {
        if (options.InitFrom is not { } source)
            return null;
        // Data that cannot be read are a fault of their own, told elsewhere.
        var tokenizer = new FaultCollector()
            .Try(() => DataManifest.Read(options.Data.Sources[0].Path))?.Tokenizer.Sha256;
        return PretrainedWeights.Open(source, options.Model.Shape, tokenizer);
    }

    private static int Run(
        RunOptions options, RunFolder folder, FaultCollector faults, PretrainedWeights? weights, TimeLimit? limit,
        StepRange? profile, Action createFolder, bool takeOver = false, IRunControl? control = null)
    {
        var communicator = RankWorld.Join();
        var planned = PlannedFaults.Read(Environment.GetEnvironmentVariable, communicator.Rank);
        if (planned is not null)
            communicator = new FaultyCommunicator(communicator, planned);
        StartTimes.Done("configuration");
        // Before the first tensor: neither the launcher nor the environment decides how sums are split over threads.
        ComputeThreads.Set(options.Parallel.ThreadsPerRank);
        TensorMemory.KeepFreed();
        StartTimes.Done("load libtorch");
        var first = communicator.Rank == 0;
        using var signals = new SaveSignals();
        using var telemetry = RunTelemetry.Start(options, communicator.Rank);
        var trace = new StepTrace(profile, communicator.Rank, folder.Path, TimeProvider.System)
        {
            Parts = telemetry is null ? null : RunTelemetry.NewClock(),
        };
        if (profile is not null)
            StartTimes.Tell(trace);
        using var pulse = new PulseWriter(communicator.Rank);
        // A trace without collectives would show them as computation.
        using var meter = profile is not null && telemetry is null ? new Meter("MiniCpmDist.Trace") : null;
        ICommunicator? measured = meter is null
            ? telemetry?.Measure(communicator, trace)
            : new MeasuredCommunicator(communicator, trace, meter, TimeProvider.System);
        var watched = new WatchedCommunicator(measured ?? communicator, pulse);
        RankDevice.Require(options, faults);
        if (options.Device != ComputeDevice.Cpu)
            faults.ThrowIfAny();
        using var device = RankDevice.TakeCollective(options, watched, pulse);
        using var session = TrainingSession.Open(options, watched, faults, trace, device.Link);
        var findStart = trace.Measure("find checkpoint");
        var (start, passedOver) = RunStart.FindCollective(communicator, folder, options);
        AttemptArguments.RequireSteps(profile, start?.Step ?? 0, TrainingPlan.StepsOf(options, start));
        findStart.Dispose();
        // Before anything is written: it may not be there.
        var launcher = first ? RunLaunchers.Standard() : null;
        if (start is null)
            weights ??= OpenWeights(options);
        var startCoordinator = trace.Measure("coordinator");
        using var coordinator = first && control is null ? RunCoordinator.Start(options, folder, telemetry) : null;
        startCoordinator.Dispose();
        // Of the run nothing is written before every rank has got here.
        var makeFolder = trace.Measure("run folder");
        SharedFolder.RequireCollective(communicator, Path.GetDirectoryName(Path.GetFullPath(folder.Path))!);
        if (first)
            createFolder();
        communicator.BarrierCollective();
        makeFolder.Dispose();
        telemetry?.Announce(folder.Path);
        pulse.Start(folder, HangWatch.BeatOf(options.Recovery.HangAfter));
        IReadOnlyList<IStepObserver> observers = first
            ? [
                options.Telemetry.Log == LogFormat.Json
                    ? new JsonDisplay(Console.Out, options.Name, TimeProvider.System)
                    : new ProgressDisplay(
                        Screen.FromEnvironment(), folder.Path, coordinator?.Address, coordinator?.Page),
                .. telemetry?.Observers(folder) ?? [],
            ]
            : [];
        var environment = RunEnvironment.Here(
            communicator.WorldSize, ProductVersion.Text, ProductVersion.TensorLibrary, communicator.Description) with
        {
            RpcLibrary = ProductVersion.RpcLibrary,
        };
        var commands = control ?? coordinator?.Control ?? NoRunControl.Instance;
        if (first && telemetry is not null)
            commands = telemetry.Measure(commands);
        var attempt = new AttemptOptions
        {
            Weights = weights,
            PassedOver = passedOver,
            TakeOver = takeOver,
            TimeLimit = limit,
            Launcher = launcher,
            Requests = signals.Requests,
            Trace = trace,
            Pulse = pulse,
            Faults = planned,
            Metrics = telemetry?.MeasureRank(communicator.WorldSize),
        };
        var outcome = session.RunCollective(folder, start, commands, observers, environment, attempt);
        // One model at a time: the first session would keep its own until the end.
        session.Dispose();
        while (outcome == RunOutcome.RolledBack)
        {
            using var again = TrainingSession.Open(options, watched, link: device.Link);
            (start, passedOver) = RunStart.FindCollective(communicator, folder, options);
            attempt = attempt with
            {
                Weights = start is null ? weights ?? OpenWeights(options) : null,
                PassedOver = passedOver,
                TakeOver = false,
            };
            outcome = again.RunCollective(folder, start, commands, observers, environment, attempt);
        }
        device.Link.Link.LeaveCollective();
        return outcome is RunOutcome.Suspended or RunOutcome.Interrupted
            ? ExitCodes.ResumeLater
            : ExitCodes.Finished;
    }
}
