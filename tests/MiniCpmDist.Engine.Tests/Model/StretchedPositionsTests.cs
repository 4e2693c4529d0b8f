using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Model.Graph;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Model;

/// <summary>Rotary positions beyond the length that a model was first trained with.</summary>
public sealed class StretchedPositionsTests
{
    [Theory]
    [InlineData("dynamic", KernelSet.Fused)]
    [InlineData("dynamic", KernelSet.Plain)]
    [InlineData("yarn", KernelSet.Fused)]
    [InlineData("yarn", KernelSet.Plain)]
    [InlineData("longrope", KernelSet.Fused)]
    [InlineData("longrope", KernelSet.Plain)]
    public void Losses_logits_and_every_gradient_agree_with_a_reference_that_has_the_papers_angles(
        string kind, KernelSet kernels)
    {
        using var golden = GoldenFile.Open("positions-" + kind);
        using var started = new GoldenModel(golden, kernels);

        Assert.NotEqual(RopeScalingKind.None, started.Model.Shape.RopeScaling.Kind);
        started.RequirePackedRows(golden);
    }

    // Row by row with a cache, a base that grew with the sequence would turn later keys by other angles than earlier
    // ones, and the scores would not be those of the sequence as a whole.
    [Theory]
    [InlineData("dynamic")]
    [InlineData("yarn")]
    [InlineData("longrope")]
    public void A_sequence_has_one_base_from_its_first_position_to_its_last_also_with_a_cache(string kind)
    {
        using var golden = GoldenFile.Open("positions-" + kind);
        var shape = golden.Shape;
        using var scope = NewDisposeScope();
        using var model = SmallModel.Create(shape, ScalarType.Float64);
        var ids = SmallModel.RandomIds(3, 1, 40);
        using var expectedScope = no_grad();
        var expected = model.NextLogits(ids);

        using var cache = model.NewCache(40);
        var found = expected;
        for (var i = 0; i < 40; i++)
            found = model.NextLogits(ids.narrow(1, i, 1), cache);

        Assert.InRange((found - expected).abs().max().item<double>(), 0, 1e-12);
    }

    [Fact]
    public void Sequences_shorter_than_the_window_turn_by_the_angles_of_the_window()
    {
        using var golden = GoldenFile.Open("positions-dynamic");
        var shape = golden.Shape;
        var ids = SmallModel.RandomIds(3, 1, 24);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        // Shorter than the old length of 32: without a window the base would be the old one.
        var fixedShape = shape with
        {
            RopeTheta = shape.Rotary.BaseOf(96),
            RopeScaling = RopeScaling.None,
        };
        using var model = SmallModel.Create(shape, ScalarType.Float64, window: 96);
        using var same = SmallModel.Create(fixedShape, ScalarType.Float64);
        using var old = SmallModel.Create(shape, ScalarType.Float64);
        var expected = same.NextLogits(ids);

        Assert.InRange((model.NextLogits(ids) - expected).abs().max().item<double>(), 0, 1e-12);
        Assert.True((old.NextLogits(ids) - expected).abs().max().item<double>() > 1e-6);
        using var cache = model.NewCache(30);
        Assert.InRange((model.NextLogits(ids, cache) - expected).abs().max().item<double>(), 0, 1e-12);
        var whole = new TokenBranch([.. ids.data<long>().Select(id => (int)id)], null, 0);
        var likely = model.LogProbabilities([whole], [(whole, 23, 5)]);
        var wanted = expected.log_softmax(-1)[0, 5].item<double>();
        Assert.InRange(Math.Abs(likely[0] - wanted), 0, 1e-5);
    }

    [Fact]
    public void Caches_of_other_angles_are_not_copied_from_and_paths_beyond_the_window_are_refused()
    {
        using var golden = GoldenFile.Open("positions-dynamic");
        using var scope = NewDisposeScope();
        using var model = SmallModel.Create(golden.Shape, ScalarType.Float32, window: 40);
        using var within = model.NewCache(16);
        using var beyond = model.NewCache(64);
        using var also = model.NewCache(20);
        model.NextLogits(SmallModel.RandomIds(1, 1, 3), within);

        also.CopyFrom(within, 3);
        Assert.Equal(3, also.Length);
        Assert.Throws<ArgumentException>(() => beyond.CopyFrom(within, 3));
        var longest = new TokenBranch([.. Enumerable.Repeat(1, 41)], null, 0);
        Assert.Throws<ArgumentException>(() => model.LogProbabilities([longest], [(longest, 0, 1)]));
    }
}
