using System.CommandLine;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Supervision;
using MiniCpmDist.Cli.WindTunnel;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Core.WindTunnel;
using MiniCpmDist.Runs.WindTunnel;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm tunnel</c>: experiments with small models, and the laws that are fitted to them.</summary>
internal static class TunnelCommand
{
    public static Command Create() => new("tunnel", """
        The model wind tunnel of the MiniCPM paper (arXiv 2404.06395, section 3 and 4.5): trains many small models that
        differ in one thing, and fits laws to their losses. All runs are ordinary runs: `minicpm runs`, `resume` and
        `replay` work for them, and an experiment that was killed goes on when it is called again.

        Example:
          minicpm tunnel ladder launch/examples/tunnel.yaml --dry-run
        """)
    {
        Experiment(
            TunnelKinds.Search,
            "Searches parameters by Parzen estimators; trains the best three again with further seeds.",
            session => new TunnelSearch(
                session.Options, session.Name, session.Runner,
                (run, tokens) => MeasuredRun.Find(session.Runs, run)?.LossAt(tokens),
                session.Screen).Run()),
        Experiment(
            TunnelKinds.Ladder,
            "Trains one trunk of each size and lets decays leave it at several places; fits L(N, D) then.",
            session => session.TrainThen(() => TunnelFits.ShowLaw(
                session.Runs, session.Has,
                session.Options.Ladder!.HoldOut is { } size ? TunnelPlan.DecaysOf(session.Name, size) : null,
                TunnelFits.PaperFlops, session.Screen))),
        Experiment(
            TunnelKinds.Batch,
            "Trains each size with several token batches; fits the cheapest batch as a power of the loss.",
            session => session.TrainThen(
                () => TunnelFits.ShowBatchLaw(session.Runs, session.Has, session.Recipe, session.Screen)),
            new Option<string?>("--into")
            {
                Description = "Recipe that gets the law as `schedule.batch_law`; the rest of its text stays as it is.",
            }),
        Experiment(
            TunnelKinds.Rates,
            "Trains each size with several learning rates, with muP and in the standard parametrisation.",
            session => session.TrainThen(() =>
            {
                var lines = RateTable.Lines(
                    session.Options, session.Name, run => MeasuredRun.Find(session.Runs, run)?.Loss);
                foreach (var line in lines)
                    session.Screen.Line(line);
            })),
        Experiment(
            TunnelKinds.Schedules,
            "Compares a constant learning rate, decays of several lengths, and a cosine, over several seeds.",
            session => session.TrainThen(() =>
            {
                var lines = ScheduleTable.Lines(
                    session.Options.Schedules!, session.Name,
                    run => MeasuredRun.Find(session.Runs, run)?.Loss);
                foreach (var line in lines)
                    session.Screen.Line(line);
            })),
        TunnelAblateCommand.Create(),
        TunnelFitCommand.Create(),
        TunnelReportCommand.Create(),
        TunnelWorkerCommand.Create(),
    };

    private static Command Experiment(
        string name, string description, Func<TunnelSession, int> train, Option<string?>? into = null)
    {
        var file = new Argument<string>("tunnel-file")
        {
            Description = "YAML file with `recipe`, `sizes`, and what is tried; launch/examples/tunnel.yaml is one.",
        };
        var prefix = new Option<string>("--name")
        {
            Description = "First part of the runs' names.",
            DefaultValueFactory = _ => name,
        };
        var runs = new Option<string>("--runs")
        {
            Description = "Folder of the runs.",
            DefaultValueFactory = _ => "runs",
        };
        var ranks = new Option<int>("-n")
        {
            Description = "Ranks of each run, on this host.",
            DefaultValueFactory = _ => 1,
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would be trained, and train nothing." };
        var repeat = new Option<bool>("--allow-repeats")
        {
            Description = "Train although a run is longer than its data and reads documents twice.",
        };
        var jobs = new Option<int?>("--jobs")
        {
            Description = "Runs of one rank beside each other. [default: the cores divided by "
                + "`parallel.threads_per_rank`]",
        };
        var hours = new Option<double?>("--hours")
        {
            Description = "Leave out the largest sizes, or the last trials, for which so many hours are not enough.",
        };
        var command = new Command(name, $"""
            {description}

            Runs of one rank are packed: as many are trained beside each other as there are cores for, in processes
            that go on to the next run; what a run says is in RUNS/.tunnel/logs. --dry-run and --hours measure the speed
            of each size first, by a few steps.

            Example:
              minicpm tunnel {name} launch/examples/tunnel.yaml --dry-run
              minicpm tunnel {name} launch/examples/tunnel.yaml --hours 0.5
            """) { file, prefix, runs, ranks, jobs, hours, dryRun, repeat };
        if (into is not null)
            command.Add(into);
        command.SetAction(line =>
        {
            var (kind, first, folder) = (TunnelKinds.All[name], line.GetValue(prefix)!, line.GetValue(runs)!);
            var experiment = TunnelExperiment.Read(name, first, line.GetValue(file)!);
            var (asked, screen) = (experiment.Options(), Screen.FromEnvironment());
            var recipe = into is null ? null : line.GetValue(into);
            if (recipe is not null)
                TunnelFits.RequireRecipe(recipe);
            var planned = kind.Plan(asked, first);
            var request = new TunnelRequest(
                first, folder, line.GetValue(ranks), line.GetValue(jobs), line.GetValue(hours), line.GetValue(repeat));
            var workers = TunnelChecks.Require(planned, request);
            TunnelEstimate? estimate = null;
            if (line.GetValue(dryRun) || request.Hours is not null)
            {
                screen.Line("Measuring the speed of each size ...");
                var speeds = SpeedProbe.Measure(
                    planned, log => Workers(request.Ranks, workers, log), TimeProvider.System);
                if (speeds is null)
                    return ExitCodes.ResumeLater;
                estimate = new TunnelEstimate(speeds, workers);
                if (request.Hours is { } most)
                    experiment = estimate.Fit(experiment, most);
            }
            var options = experiment.Options();
            planned = kind.Plan(options, first);
            foreach (var text in TunnelText.Plan(planned).Concat(TunnelEstimate.LeftOut(asked, options)))
                screen.Line(text);
            if (estimate is not null)
                screen.Line(estimate.Line(planned));
            screen.Line(TunnelText.Memory(TunnelEstimate.MemoryOf(planned, request.Ranks, workers)));
            if (line.GetValue(dryRun))
                return 0;
            if (name != TunnelKinds.Search)
                TunnelRuns.RequireSame(folder, planned);
            experiment.Keep(folder);
            var trained = Workers(request.Ranks, workers, run => TunnelRunner.LogOf(folder, run));
            using var packed = trained as IDisposable;
            return train(new TunnelSession(options, first, folder, planned, screen)
            {
                Recipe = recipe,
                Runner = new TunnelRunner(folder, CommandLine.Run, trained, screen, TimeProvider.System),
            });
        });
        return command;
    }

    private static IRunWorkers Workers(int ranks, int workers, Func<string, string> logOf) => ranks == 1
        ? new PackedWorkers(workers, logOf)
        : new RanksInTurn(arguments => RankCommand.Run(ranks, arguments));
}
