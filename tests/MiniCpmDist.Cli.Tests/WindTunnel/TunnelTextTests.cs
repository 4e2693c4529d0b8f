using MiniCpmDist.Cli.WindTunnel;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.ScalingLaws;
using MiniCpmDist.Core.WindTunnel;

namespace MiniCpmDist.Cli.Tests.WindTunnel;

public class TunnelTextTests
{
    private static readonly LossLaw s_law = new(7.15e-2, 0.29, 3.00e-1, 0.23, 0.31);

    [Fact]
    public void A_ratio_whose_interval_spans_more_than_a_factor_of_three_is_not_printed()
    {
        var wide = new LossLawFit(s_law, [Point()], [s_law, s_law with { DataScale = 0.9 }]);
        Assert.Contains(
            TunnelText.Law(wide, [], 1e21), line => line.Contains("not known, the interval", StringComparison.Ordinal));
        var narrow = new LossLawFit(s_law, [Point()], [s_law, s_law with { DataScale = 0.301 }]);
        Assert.Contains(
            TunnelText.Law(narrow, [], 1e21),
            line => line.StartsWith("tokens for each parameter at 1e21 operations: 18", StringComparison.Ordinal));
    }

    [Fact]
    public void A_run_that_was_held_out_is_predicted_with_its_error()
    {
        var point = Point() with { Loss = s_law.Loss(1e9, 2e10) * 1.01 };
        var lines = TunnelText.Law(new LossLawFit(s_law, [Point()], [s_law]), [point], 1e21).ToList();
        Assert.EndsWith("-0.99%", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_fitted_batch_law_is_printed_as_a_recipe_reads_it()
    {
        var law = TunnelText.BatchLawValue(new BatchLawFit(1.21e9, 6.24, 0.1, []));
        var read = RunFile.Parse(
            "model: nano\ndata: { train: tokens, sequence_length: 64 }\nparallel: { lanes: 1, micro_batch: 2 }\n"
            + "schedule:\n  stable: 10K tokens\n  decay: 0 tokens\n  token_batch: 128 tokens\n  batch_law: " + law,
            "recipe.yaml").Schedule.Batches.Law!;
        Assert.Equal((1.21e9, 6.24), (read.Scale, read.Exponent));
    }

    [Fact]
    public void A_contour_without_a_lowest_point_is_shown_with_the_reason()
    {
        LossContour[] contours =
        [
            new("s", 4, [(1024, 1e6)], 2048, ""), new("s", 3.5, [(1024, 2e6)], 4096, ""),
            new("s", 3, [(1024, 4e6)], 9000, ""), new("s", 2.5, [], null, "0 of 4 batches reach it"),
        ];
        var lines = TunnelText.Batch(new BatchLawFit(2e6, 5, 0.1, contours)).ToList();
        Assert.EndsWith("2048", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("rejected: 0 of 4 batches reach it", lines[4], StringComparison.Ordinal);
        Assert.StartsWith("token batch = 2E+06 / loss^5.00 (exponent 4.37 to 5.63", lines[5], StringComparison.Ordinal);
    }

    [Fact]
    public void Each_size_is_told_which_model_it_equals_and_which_course_its_loss_takes()
    {
        var points = ((double[])[10, 20, 40, 80])
            .Select(multiple => new ScalingPoint("one", 1e9, multiple * 1e9, s_law.Loss(1e9, multiple * 1e9)))
            .ToList();
        var lines = TunnelText.Sizes(new LossLawFit(s_law, points, [s_law])).ToList();
        Assert.StartsWith("1.00B parameters after 80.00B tokens: as good as", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("the power law fits better", lines[1], StringComparison.Ordinal);
        var vague = TunnelText.Sizes(new LossLawFit(s_law, points[..3], [s_law, s_law with { SizeScale = 1 }]));
        Assert.EndsWith("is not known", Assert.Single(vague), StringComparison.Ordinal);
    }

    [Fact]
    public void The_best_rate_of_each_size_is_marked_and_whether_it_moves_is_said()
    {
        var recipe = RunFile.Parse(
            "model: nano\ndata: { train: tokens, sequence_length: 64 }\n"
            + "schedule: { stable: 10 steps, decay: 0 steps, token_batch: 128 tokens }\n"
            + "parallel: { lanes: 1, micro_batch: 2 }",
            "recipe.yaml");
        var options = TunnelFile.Parse(
            "recipe: r\nsizes:\n  s: { hidden_size: 16, num_attention_heads: 1 }\n"
            + "  l: { hidden_size: 32, num_attention_heads: 1 }\n"
            + "learning_rate: { rates: [0.005, 0.01, 0.02], length: 10 }",
            "tunnel.yaml", recipe);
        var lines = RateTable.Lines(options, "lr", Loss).ToList();
        Assert.Contains("*3.0000", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain("*3.2500", lines[1], StringComparison.Ordinal);
        Assert.Equal("    the best rate is 0.01 for every size", lines[3]);
        Assert.Equal("    the best rate moves from 0.005 at the first size to 0.01 at the last", lines[7]);

        static double? Loss(string run) => run switch
        {
            "lr-s-standard-0.01" => 3.5,
            "lr-l-standard-0.02" => null,
            _ when run.EndsWith("0.01", StringComparison.Ordinal) => 3,
            _ => 3.25,
        };
    }

    [Fact]
    public void Rates_that_differ_by_less_than_the_seeds_do_are_equally_good()
    {
        var recipe = RunFile.Parse(
            "model: nano\ndata: { train: tokens, sequence_length: 64 }\n"
            + "schedule: { stable: 10 steps, decay: 0 steps, token_batch: 128 tokens }\n"
            + "parallel: { lanes: 1, micro_batch: 2 }",
            "recipe.yaml");
        var options = TunnelFile.Parse(
            "recipe: r\nsizes:\n  s: { hidden_size: 16, num_attention_heads: 1 }\n"
            + "  l: { hidden_size: 32, num_attention_heads: 1 }\n"
            + "learning_rate: { rates: [0.005, 0.01, 0.02], length: 10, seeds: 2, standard: false }",
            "tunnel.yaml", recipe);
        // At size s 0.01 and 0.02 are as good; at size l 0.02 is best.
        var lines = RateTable.Lines(options, "lr", run =>
            (run.Contains("-s-") ? 3.4 : 3) + (run.Contains("0.005") ? 0.3 : 0)
            + (run.Contains("0.01") ? run.Contains("-s-") ? -0.01 : 0.2 : 0) + (run.Contains("-seed-2") ? 0.05 : 0))
            .ToList();
        Assert.Contains("*3.4150+-0.035", lines[1], StringComparison.Ordinal);
        Assert.Contains("*3.4250+-0.035", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(
            "the best rate is 0.02 for every size, at the end of those tried: try more beyond it", lines[3]);
    }

    [Fact]
    public void Schedules_are_compared_by_pairs_of_one_seed_and_what_holds_zero_is_none()
    {
        var study = new ScheduleStudyOptions("s", 40, [2.5, 10], 3);
        var lines = ScheduleTable.Lines(study, "x", Loss).ToList();
        // Each seed moves all schedules by far more than they differ.
        Assert.Contains("-0.200+-0.000", lines[3], StringComparison.Ordinal);
        Assert.EndsWith("+0.003+-0.019 none", lines[3], StringComparison.Ordinal);
        Assert.Contains("+0.100+-0.000", lines[2], StringComparison.Ordinal);
        Assert.Equal("-", ScheduleTable.Lines(study, "x", _ => null).ElementAt(1).Split(' ')[^1]);

        static double? Loss(string run)
        {
            var seed = run.Contains("seed-1") ? 0 : run.Contains("seed-2") ? 1 : 2;
            var schedule = run.EndsWith("decay-2.5") ? 4.1
                : run.EndsWith("decay-10") ? 4.0
                : run.EndsWith("cosine") ? 4.0 + (seed - 1) * 0.011 - 0.0033
                : 4.2;
            return schedule + seed + (run.EndsWith("decay-2.5") ? (seed - 1) * 0.011 - 0.0033 : 0);
        }
    }

    private static ScalingPoint Point() => new("one", 1e9, 2e10, s_law.Loss(1e9, 2e10));
}
