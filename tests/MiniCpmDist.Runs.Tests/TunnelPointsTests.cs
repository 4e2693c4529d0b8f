using MiniCpmDist.Core.Alignment;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Runs.WindTunnel;

namespace MiniCpmDist.Runs.Tests;

public class TunnelPointsTests
{
    private static readonly RunOptions s_options = RunFile.Parse(
        "model: nano\ndata: { train: tokens, sequence_length: 64 }\n"
        + "schedule: { stable: 10 steps, decay: 0 steps, token_batch: 128 tokens }\n"
        + "parallel: { lanes: 1, micro_batch: 2 }",
        "recipe.yaml");

    [Fact]
    public void The_loss_of_a_decay_is_the_mean_over_the_bytes_of_all_sources()
    {
        // 2 nats a token of 4 bytes, and 3 nats a token of 2 bytes.
        var run = Run(PhaseKind.Decay, Source("a", 2, 4, 100), Source("b", 3, 2, 50));
        var point = Assert.Single(TunnelPoints.Decays([run]));
        Assert.Equal((2 * 100 + 3 * 50) / (4.0 * 100 + 2 * 50), point.Loss, 1e-12);
        Assert.Equal((1280, s_options.Model.Shape.NonEmbeddingParameters), (point.Tokens, point.Parameters));
    }

    [Fact]
    public void A_run_that_has_not_decayed_to_its_end_is_no_point()
    {
        Assert.Empty(TunnelPoints.Decays([Run(PhaseKind.Stable, Source("a", 2, 4, 100))]));
        Assert.Empty(TunnelPoints.Decays(
            [Run(PhaseKind.Decay, Source("a", 2, 4, 100)) with { IsFinished = false }]));
        Assert.Empty(TunnelPoints.Decays([Run(PhaseKind.Decay, Source("a", 2, 4, 100)) with { HeldOut = [] }]));
        // A run that learned answers has no loss of text.
        var aligned = s_options with { Alignment = new AlignmentOptions { Method = AlignmentMethod.Sft } };
        Assert.Empty(TunnelPoints.Decays([Run(PhaseKind.Decay, Source("a", 2, 4, 100)) with { Options = aligned }]));
    }

    [Fact]
    public void A_smoothed_loss_that_does_not_change_stays_what_it_is_from_the_first_step()
    {
        var curve = Assert.Single(TunnelPoints.Batches([Run(PhaseKind.Stable, Source("a", 2, 4, 100))]));
        Assert.Equal(128, curve.Batch);
        Assert.All(curve.Points, point => Assert.Equal(2.5, point.Loss, 1e-12));
    }

    private static SourceLoss Source(string name, double loss, double bytesPerToken, long tokens) =>
        SourceLoss.Of(name, loss * tokens, tokens, bytesPerToken);

    private static MeasuredRun Run(PhaseKind phase, params SourceLoss[] sources) => new(
        "runs/one", s_options, IsFinished: true,
        [
            .. Enumerable.Range(1, 10).Select(step => new StepReport(
                step, 128 * step, 2.5, 0.01, 128, 1, 0.1, 0, phase, 1, [])),
        ],
        [new HeldOutReport(10, 1280, 2.5, 64, 1, sources)]);
}
