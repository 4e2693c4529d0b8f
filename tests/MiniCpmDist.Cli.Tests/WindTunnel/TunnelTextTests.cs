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

    private static ScalingPoint Point() => new("one", 1e9, 2e10, s_law.Loss(1e9, 2e10));
}
