using MiniCpmDist.Cli.Figures;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.WindTunnel;
using MiniCpmDist.Runs.WindTunnel;

namespace MiniCpmDist.Cli.WindTunnel.Report;

/// <summary>One experiment as a report shows it.</summary>
/// <param name="Experiment">What was asked for.</param>
/// <param name="Plan">Its runs.</param>
/// <param name="Read">Those that have begun.</param>
/// <param name="Figures">Those that have a point.</param>
/// <param name="Lines">What the commands print: tables and laws, or why there is no law.</param>
internal sealed record ExperimentReport(
    TunnelExperiment Experiment, IReadOnlyList<PlannedRun> Plan, IReadOnlyList<MeasuredRun> Read,
    IReadOnlyList<Figure> Figures, IReadOnlyList<string> Lines)
{
    /// <summary>How far it is.</summary>
    public TunnelProgress Progress => TunnelProgress.Of(Plan, Read);

    /// <param name="experiment">What was asked for.</param>
    /// <param name="folder">All runs that can be read.</param>
    /// <exception cref="ConfigurationException">Its file cannot be read by this program.</exception>
    public static ExperimentReport Of(TunnelExperiment experiment, IReadOnlyList<MeasuredRun> folder)
    {
        var (options, name) = (experiment.Options(), experiment.Name);
        var plan = TunnelKinds.All[experiment.Kind].Plan(options, name);
        if (experiment.Kind == TunnelKinds.Search)
            plan = Named(options, plan, folder);
        var names = plan.Select(run => run.Name).ToHashSet();
        var read = folder.Where(run => names.Contains(run.Name)).ToList();
        var byName = read.ToDictionary(run => run.Name);
        var (figures, lines) = (new List<Figure>(), new List<string>());
        switch (experiment.Kind)
        {
            case TunnelKinds.Ladder:
                figures.AddRange(LadderFigures.Courses(name, options, plan, read));
                lines.AddRange(TunnelFits.LeftOut(read));
                Fitted(() =>
                {
                    var holdOut = options.Ladder!.HoldOut is { } size ? TunnelPlan.DecaysOf(name, size) : null;
                    var (fit, heldOut) = TunnelFits.Law(read, holdOut);
                    figures.Add(LadderFigures.Law(name, fit, heldOut));
                    lines.AddRange(TunnelText.Law(fit, heldOut, TunnelFits.PaperFlops));
                    lines.AddRange(TunnelText.Sizes(fit));
                });
                break;
            case TunnelKinds.Batch:
                var curves = TunnelPoints.Batches(read);
                figures.Add(BatchFigures.Contours(name, TunnelFits.Contours(curves), read));
                Fitted(() =>
                {
                    var fit = TunnelFits.BatchLaw(curves);
                    figures.Add(BatchFigures.Law(name, fit));
                    lines.AddRange(TunnelText.Batch(fit));
                });
                break;
            case TunnelKinds.Rates:
                figures.AddRange(RateFigures.Of(name, options, LossOf));
                lines.AddRange(RateTable.Lines(options, name, LossOf));
                break;
            case TunnelKinds.Schedules:
                figures.AddRange(ScheduleFigures.Of(name, options.Schedules!, byName));
                lines.AddRange(ScheduleTable.Lines(options.Schedules!, name, LossOf));
                break;
            case TunnelKinds.Search:
                var trials = SearchTrials.Read(options, name, byName.GetValueOrDefault);
                figures.AddRange(SearchFigures.Of(name, options.Search!, trials));
                if (trials.Count > 0)
                    lines.AddRange(SearchText.Lines(options.Search!, trials, []));
                break;
        }
        return new ExperimentReport(experiment, plan, read, [.. figures.Where(figure => !figure.IsEmpty)], lines);

        double? LossOf(string run) => byName.GetValueOrDefault(run) is { IsFinished: true } read
            ? read.Loss
            : null;

        // Too few runs for a law are no reason to show nothing.
        void Fitted(Action fit)
        {
            try
            {
                fit();
            }
            catch (ConfigurationException exception)
            {
                lines.Add($"no law yet: {exception.Message}");
            }
        }
    }

    // Which trials are trained again is known only in the end.
    private static IReadOnlyList<PlannedRun> Named(
        TunnelOptions options, IReadOnlyList<PlannedRun> plan, IReadOnlyList<MeasuredRun> folder)
    {
        var trials = plan.Take(options.Search!.Trials).ToList();
        var names = trials.ConvertAll(run => run.Name + "-seed-");
        var repeats = folder
            .Select(run => run.Name)
            .Where(run => names.Exists(name => run.StartsWith(name, StringComparison.Ordinal)));
        return
        [
            .. trials,
            .. plan.Skip(trials.Count)
                .Zip(repeats.Concat(Enumerable.Repeat<string?>(null, plan.Count)))
                .Select(one => one.First with { Name = one.Second ?? one.First.Name }),
        ];
    }
}
