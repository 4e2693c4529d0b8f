using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Launching;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Engine.Training;
using MiniCpmDist.Engine.Training.Saving;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Telemetry;

namespace MiniCpmDist.Cli.Hosting;

/// <summary>
/// Hosts an attempt on this rank: joins the world, checks, opens or creates the run folder, trains, and gives rank 0 a
/// coordinator and a display.
/// </summary>
internal static class AttemptHost
{
    /// <returns>The exit code.</returns>
    public static int Run(HostedAttempt asked)
    {
        var (options, folder) = (asked.Options, asked.Folder);
        using var rank = RankContext.Enter(asked);
        RankDevice.Require(options, asked.Problems);
        if (options.Device != ComputeDevice.Cpu)
            asked.Problems.ThrowIfAny();
        using var device = RankDevice.TakeCollective(options, rank.Watched, rank.Heartbeat);
        using var session = TrainingSession.Open(options, rank.Watched, asked.Problems, rank.Trace, device.Link);
        var findStart = rank.Trace.Measure("find checkpoint");
        var (start, passedOver) = RunStart.FindCollective(rank.World, folder, options);
        AttemptArguments.RequireSteps(asked.Profile, start?.Step ?? 0, TrainingPlan.StepsOf(options, start));
        findStart.Dispose();
        // Launcher and weights are looked for before anything is written, because they may be missing.
        var launcher = rank.IsFirst ? RunLaunchers.Standard() : null;
        var weights = asked.Weights ?? (start is null ? HostedAttempt.OpenWeights(options) : null);
        using var coordinator = StartCoordinator(asked, rank);
        using var board = rank.IsFirst && options.Telemetry.TensorBoard is { } boards
            ? TensorBoardLog.Open(boards, options.Name, TimeProvider.System)
            : null;
        MakeFolderCollective(asked, rank);
        var attempt = new AttemptOptions
        {
            Launcher = launcher,
            Weights = weights,
            PassedOver = passedOver,
            TakeOver = asked.TakeOver,
            TimeLimit = asked.Limit ?? TimeLimit.None,
            Requests = rank.Signals.Requests,
            Trace = rank.Trace,
            Heartbeat = rank.Heartbeat,
            Faults = rank.Planned,
            Metrics = (IRankMetrics?)rank.Telemetry?.MeasureRank(rank.World.WorldSize) ?? NoRankMetrics.Instance,
        };
        var commands = asked.Control ?? coordinator?.Control ?? NoRunControl.Instance;
        if (rank.IsFirst && rank.Telemetry is { } telemetry)
            commands = telemetry.Measure(commands);
        var (observers, environment) = (Observers(asked, rank, coordinator, board), EnvironmentOf(rank));
        var outcome = session.RunCollective(folder, start, commands, observers, environment, attempt);
        // There is one model at a time; the first session would keep its own until the end.
        session.Dispose();
        while (outcome == RunOutcome.RolledBack)
        {
            using var again = TrainingSession.Open(options, rank.Watched, link: device.Link);
            (start, passedOver) = RunStart.FindCollective(rank.World, folder, options);
            attempt = attempt with
            {
                Weights = start is null ? weights ??= HostedAttempt.OpenWeights(options) : null,
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

    private static RunCoordinator? StartCoordinator(HostedAttempt asked, RankContext rank)
    {
        using (rank.Trace.Measure("coordinator"))
        {
            return rank.IsFirst && asked.Control is null
                ? RunCoordinator.Start(asked.Options, asked.Folder, rank.Telemetry)
                : null;
        }
    }

    /// <summary>Nothing of the run is written before every rank has got here.</summary>
    private static void MakeFolderCollective(HostedAttempt asked, RankContext rank)
    {
        using (rank.Trace.Measure("run folder"))
        {
            var path = asked.Folder.Path;
            SharedFolder.RequireCollective(rank.World, Path.GetDirectoryName(Path.GetFullPath(path))!);
            if (rank.IsFirst)
                asked.CreateFolder();
            rank.World.BarrierCollective();
            rank.Telemetry?.Announce(path);
        }
        rank.Heartbeat.Start(asked.Folder, HangWatch.BeatOf(asked.Options.Recovery.HangAfter));
    }

    /// <summary>Only rank 0 reports what happens.</summary>
    private static IReadOnlyList<IStepObserver> Observers(
        HostedAttempt asked, RankContext rank, RunCoordinator? coordinator, TensorBoardLog? board)
    {
        if (!rank.IsFirst)
            return [];
        IStepObserver display = asked.Options.Telemetry.Log == LogFormat.Json
            ? new JsonDisplay(Console.Out, asked.Options.Name, TimeProvider.System)
            : new ProgressDisplay(
                Screen.FromEnvironment(), asked.Folder.Path, coordinator?.Address, coordinator?.Page);
        IStepObserver[] written = board is null ? [] : [board];
        return [display, .. written, .. rank.Telemetry?.Observers(asked.Folder) ?? []];
    }

    private static RunEnvironment EnvironmentOf(RankContext rank) => RunEnvironment.Here(
        rank.World.WorldSize, ProductVersion.Text, ProductVersion.TensorLibrary, rank.World.Description) with
    {
        RpcLibrary = ProductVersion.RpcLibrary,
    };
}
