using System.CommandLine;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Supervision;
using MiniCpmDist.Cli.WindTunnel;
using MiniCpmDist.Core.WindTunnel;

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
                session.Options, session.Name, session.Runner, run => RateTable.LossOf(session.Runs, run),
                session.Screen).Run()),
        Experiment(
            TunnelKinds.Ladder,
            "Trains one trunk of each size and lets decays leave it at several places; fits L(N, D) then.", session => session.TrainThen(() => TunnelFits.ShowLaw(
                session.Runs, session.Has,
                session.Options.Ladder!.HoldOut is { } size ? TunnelPlan.DecaysOf(session.Name, size) : null,
                TunnelFits.PaperFlops, session.Screen))),
        Experiment(
            TunnelKinds.Batch,
            "Trains each size with several token batches; fits the cheapest batch as a power of the loss.", session => session.TrainThen(
                () => TunnelFits.ShowBatchLaw(session.Runs, session.Has, session.Screen))),
        Experiment(
            TunnelKinds.Rates,
            "Trains each size with several learning rates, with muP and in the standard parametrisation.", session => session.TrainThen(() =>
            {
                var lines = RateTable.Lines(
                    session.Options, session.Name, run => RateTable.LossOf(session.Runs, run));
                foreach (var line in lines)
                    session.Screen.Line(line);
            })),
        TunnelFitCommand.Create(),
        TunnelReportCommand.Create(),
    };

    private static Command Experiment(
        string name, string description, Func<TunnelSession, int> train)
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
        var command = new Command(name, $"""
            {description}

            Example:
              minicpm tunnel {name} launch/examples/tunnel.yaml --dry-run
            """) { file, prefix, runs, ranks, dryRun, repeat };
        command.SetAction(line =>
        {
            var (first, folder) = (line.GetValue(prefix)!, line.GetValue(runs)!);
            var experiment = TunnelExperiment.Read(name, first, line.GetValue(file)!);
            var options = experiment.Options();
            var planned = TunnelKinds.Plans[name](options, first);
            TunnelChecks.Require(planned, folder, first, line.GetValue(ranks), line.GetValue(repeat));
            var screen = Screen.FromEnvironment();
            foreach (var text in TunnelText.Plan(planned))
                screen.Line(text);
            if (line.GetValue(dryRun))
                return 0;
            if (name != TunnelKinds.Search)
                TunnelRuns.RequireSame(folder, planned);
            experiment.Keep(folder);
            return train(new TunnelSession(options, first, folder, planned, screen)
            {
                Runner = new TunnelRunner(
                    folder, CommandLine.Run, arguments => RankCommand.Run(line.GetValue(ranks), arguments), screen,
                    TimeProvider.System),
            });
        });
        return command;
    }
}
