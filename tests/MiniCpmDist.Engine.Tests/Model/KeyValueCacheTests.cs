using MiniCpmDist.Core.Model;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Model;

/// <summary>
/// Against all positions at once. Both add the same numbers in another order, so that float64 agrees to its rounding.
/// </summary>
public sealed class KeyValueCacheTests
{
    [Theory]
    [InlineData(ScalarType.Float64, 1e-13)]
    [InlineData(ScalarType.Float32, 5e-6)]
    public void Scores_are_those_of_the_whole_sequence_whatever_steps_it_comes_in(ScalarType dtype, double limit)
    {
        int[][] stepsOfSequences = [[1, 1, 1, 1, 1, 1], [5, 1, 1, 1], [9], [1, 4, 3, 1], [2, 2, 130, 1]];
        using var scope = NewDisposeScope();
        using var model = SmallModel.Create(dtype);
        foreach (var steps in stepsOfSequences)
        {
            var ids = SmallModel.RandomIds(3, 1, steps.Sum());
            using var cache = model.NewCache(steps.Sum());
            foreach (var count in steps)
            {
                var found = model.NextLogits(ids.narrow(1, cache.Length, count), cache);

                using var frozen = no_grad();
                var expected = model.NextLogits(ids.narrow(1, 0, cache.Length));
                var error = (found - expected).abs().max().to(ScalarType.Float64).item<double>();
                Assert.InRange(error, 0, limit * expected.abs().max().to(ScalarType.Float64).item<double>());
            }
            Assert.Equal(steps.Sum(), cache.Length);
        }
    }

    // In one piece the scores alone would be 6 heads x 4,500 x 4,500.
    [Fact]
    public void A_long_prompt_goes_in_pieces_and_gives_the_scores_of_one_that_goes_token_by_token_at_its_end()
    {
        const int Length = 4500;
        using var scope = NewDisposeScope();
        using var model = SmallModel.Create(ScalarType.Float64);
        var ids = SmallModel.RandomIds(3, 1, Length);
        using var pieces = model.NewCache(Length);
        using var other = model.NewCache(Length);

        var found = model.NextLogits(ids, pieces);
        model.NextLogits(ids.narrow(1, 0, 4000), other);
        var expected = model.NextLogits(ids.narrow(1, 4000, 500), other);

        Assert.Equal(Length, pieces.Length);
        Assert.InRange((found - expected).abs().max().item<double>(), 0, 1e-12);
        Assert.Equal([1024L, 1024, 1024, 1024, 404], PrefillBlock.Of(Length));
        Assert.Equal([4096L], PrefillBlock.Of(4096));
    }

    [Fact]
    public void More_positions_than_there_is_room_for_are_refused_and_leave_the_cache_as_it_was()
    {
        using var scope = NewDisposeScope();
        using var model = SmallModel.Create(ScalarType.Float32);
        using var cache = model.NewCache(4);
        model.NextLogits(SmallModel.RandomIds(1, 1, 3), cache);

        var problem = Assert.Throws<ArgumentException>(() => model.NextLogits(SmallModel.RandomIds(1, 1, 2), cache));

        Assert.Contains("1 new positions at most in a cache of 4, found 2", problem.Message, StringComparison.Ordinal);
        Assert.Equal(3, cache.Length);
        Assert.Throws<ArgumentException>(() => model.NextLogits(SmallModel.RandomIds(1, 2, 1), cache));
    }

    [Fact]
    public void A_cache_leaves_no_native_object_behind()
    {
        using var scope = NewDisposeScope();
        using var model = SmallModel.Create(ScalarType.Float32);
        var ids = SmallModel.RandomIds(1, 1, 7);
        var live = Tensor.TotalCount;

        using (NewDisposeScope())
        using (var cache = model.NewCache(8))
        {
            model.NextLogits(ids, cache);
            model.NextLogits(ids.narrow(1, 0, 1), cache);
        }

        Assert.Equal(live, Tensor.TotalCount);
    }
}
