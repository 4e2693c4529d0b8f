using System.Text.RegularExpressions;
using MiniCpmDist.Cli.WindTunnel;
using MiniCpmDist.Cli.WindTunnel.Report;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.ScalingLaws;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.WindTunnel;
using MiniCpmDist.Runs.WindTunnel;

namespace MiniCpmDist.Cli.Tests.WindTunnel;

public sealed partial class TunnelReportTests : IDisposable
{
    private const string Recipe =
        "model: nano\ndata: { train: tokens, sequence_length: 64 }\n"
        + "schedule: { stable: 10 steps, decay: 0 steps, token_batch: 128 tokens }\n"
        + "parallel: { lanes: 1, micro_batch: 2 }";

    private const string Sizes =
        "sizes:\n  a: { hidden_size: 16, num_attention_heads: 1 }\n  b: { hidden_size: 32, num_attention_heads: 1 }\n"
        + "  c: { hidden_size: 64, num_attention_heads: 1 }\n  d: { hidden_size: 128, num_attention_heads: 1 }\n";

    private static readonly LossLaw s_law = new(0.05, 0.3, 0.05, 0.25, 0.4);

    private readonly TemporaryFolder _folder = new();

    private string Runs => _folder["runs"];

    private string Page => File.ReadAllText(Path.Combine(Runs, "report", "index.html"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_ladder_shows_the_law_and_every_decay_as_a_mark_that_leads_to_its_run()
    {
        var experiment = Experiment(
            TunnelKinds.Ladder, "recipe: r\n" + Sizes + "ladder: { at: [10, 20, 30], hold_out: d }");
        var plan = TunnelPlan.Ladder(experiment.Options(), experiment.Name);
        foreach (var run in plan)
            Finish(run);
        var problems = new ProblemCollector();
        Assert.Equal((1, 2), TunnelReport.Write(Runs, Path.Combine(Runs, "report"), problems));
        Assert.False(problems.Any);
        Assert.Contains("16 of 16 runs are finished, 100 % of the operations are done", Page, StringComparison.Ordinal);
        Assert.Contains("L(N, D) = C_N N^-alpha", Page, StringComparison.Ordinal);
        Assert.Contains("held out", Page, StringComparison.Ordinal);
        foreach (var run in plan.Where(run => run.Trunk is not null))
            Assert.Equal(2, Mark(run.Name).Count(Page));
        var table = File.ReadAllLines(Path.Combine(Runs, "report", "x-law.csv"));
        Assert.Equal(plan.Count(run => run.Trunk is not null), table.Count(line => line.Contains(",x-")));
    }

    [Fact]
    public void A_page_asks_no_other_machine_for_anything_and_says_no_markup_of_a_file()
    {
        var experiment = Experiment(
            TunnelKinds.Rates, "recipe: r\n" + Sizes + "learning_rate: { rates: [0.01, 0.02] }") with
        {
            File = "<script>alert(1)</script>",
        };
        experiment.Keep(Runs);
        Finish(TunnelPlan.Rates(experiment.Options(), "x")[0]);
        TunnelReport.Write(Runs, Path.Combine(Runs, "report"), new ProblemCollector());
        Assert.DoesNotContain("<script", Page, StringComparison.Ordinal);
        Assert.All(
            Address().Matches(Page), address => Assert.StartsWith("http://www.w3.org/", address.Value));
        Assert.Contains("1 of 16 runs are finished", Page, StringComparison.Ordinal);
        Assert.Contains("not begun", Page, StringComparison.Ordinal);
    }

    [Fact]
    public void An_experiment_with_too_few_runs_for_a_law_says_so_and_a_damaged_run_is_told_beside_the_rest()
    {
        var experiment = Experiment(
            TunnelKinds.Batch, "recipe: r\n" + Sizes + "batch: { batches: [128, 256, 512, 1024], length: 10 }");
        var plan = TunnelPlan.Batches(experiment.Options(), "x");
        Finish(plan[0]);
        Finish(plan[1]);
        File.AppendAllText(Path.Combine(Runs, plan[1].Name, "metrics.jsonl"), "{ broken\n");
        var problems = new ProblemCollector();
        TunnelReport.Write(Runs, Path.Combine(Runs, "report"), problems);
        Assert.Contains("no law yet: the contours: expected", Page, StringComparison.Ordinal);
        Assert.Contains("metrics.jsonl", Assert.Single(problems.Problems).ToString(), StringComparison.Ordinal);
        Assert.Contains("class=\"problem\"", Page, StringComparison.Ordinal);
    }

    [Fact]
    public void An_earlier_report_is_replaced_and_another_folder_is_not()
    {
        var experiment = Experiment(
            TunnelKinds.Rates, "recipe: r\n" + Sizes + "learning_rate: { rates: [0.01, 0.02] }");
        Finish(TunnelPlan.Rates(experiment.Options(), "x")[0]);
        TunnelReport.Write(Runs, _folder["out"], new ProblemCollector());
        TunnelReport.Write(Runs, _folder["out"], new ProblemCollector());
        Directory.CreateDirectory(_folder["mine"]);
        File.WriteAllText(_folder["mine/notes"], "dear");
        // A page of another program makes no report of a folder.
        File.WriteAllText(_folder["mine/index.html"], "<!doctype html><title>My notes</title>");
        Assert.Throws<ConfigurationException>(
            () => TunnelReport.Write(Runs, _folder["mine"], new ProblemCollector()));
        Assert.True(File.Exists(_folder["mine/notes"]));
    }

    [Fact]
    public void The_name_of_an_experiment_of_another_kind_is_refused_and_that_of_the_same_kind_is_kept_anew()
    {
        var rates = Experiment(
            TunnelKinds.Rates, "recipe: r\n" + Sizes + "learning_rate: { rates: [0.01, 0.02] }");
        rates.Keep(Runs);
        var ladder = rates with { Kind = TunnelKinds.Ladder };
        var problem = Assert.Throws<ConfigurationException>(() => ladder.Keep(Runs));
        Assert.Contains("which is that of `minicpm tunnel lr tunnel.yaml`", problem.Message, StringComparison.Ordinal);
        Assert.Equal(rates, Assert.Single(TunnelExperiment.Below(Runs, new ProblemCollector())));
    }

    [Fact]
    public void A_search_whose_best_trials_became_longer_than_planned_is_wholly_done()
    {
        var options = Experiment(
            TunnelKinds.Search,
            "recipe: r\n" + Sizes + "search: { trials: 12, repeats: 0, halving: { factor: 2, rungs: 2, check: 0 }, "
            + "space: { init_std: { from: 0.05, to: 0.2 } } }").Options();
        var plan = TunnelPlan.Trials(options, "x");
        var whole = TunnelPlan.Trial(options, "x", [0.5], rung: 1).Tokens;
        var measured = plan.Select((run, number) => new MeasuredRun(
            Path.Combine(Runs, run.Name), run.Options, IsFinished: true,
            [
                new StepReport(
                    1, number % 2 == 0 ? whole : TunnelPlan.Trial(options, "x", [0.5], rung: 0).Tokens, 3, 0.01, 128, 1,
                    0.5, 0, PhaseKind.Stable, 1, []),
            ],
            []));
        Assert.Equal(1, TunnelProgress.Of(plan, measured).Share, 0.01);
    }

    private TunnelExperiment Experiment(string kind, string text)
    {
        var experiment = new TunnelExperiment(kind, "x", "tunnel.yaml", text, "recipe.yaml", Recipe);
        experiment.Keep(Runs);
        return experiment;
    }

    private static Regex Mark(string run) => new($"<a href=\"\\.\\./{Regex.Escape(run)}/\"><circle");

    // A run as training leaves it, with the loss of a law.
    private void Finish(PlannedRun planned)
    {
        var schedule = planned.Options.Schedule;
        var options = planned.Trunk is null ? planned.Options : planned.Options with
        {
            Name = planned.Name,
            Schedule = schedule with { Stable = planned.At - schedule.Warmup, Decay = planned.Tokens },
        };
        var folder = Directory.CreateDirectory(Path.Combine(Runs, planned.Name)).FullName;
        File.WriteAllText(Path.Combine(folder, "run.yaml"), RunFile.Write(options));
        var (tokens, loss) = (planned.TokensInAll, s_law.Loss(
            options.Model.Shape.NonEmbeddingParameters, planned.TokensInAll));
        var phase = planned.Trunk is null ? PhaseKind.Stable : PhaseKind.Decay;
        var step = tokens / schedule.TokenBatch;
        File.WriteAllLines(
            Path.Combine(folder, "metrics.jsonl"),
            [
                MetricsLine.Write(new StepReport(
                    step, tokens, loss, 0.01, schedule.TokenBatch, 1, 0.5, 0, phase, 1, [])),
                MetricsLine.Write(new HeldOutReport(
                    step, tokens, loss, 1, 1, [SourceLoss.Of("a", loss * 100, 100, 1)])),
            ]);
        File.WriteAllText(
            Path.Combine(folder, "journal.jsonl"),
            new JournalEntry("run-finished", step, tokens, new Dictionary<string, object?>()).Write() + "\n");
    }

    [GeneratedRegex("https?://[^\"' <]*")]
    private static partial Regex Address();
}
