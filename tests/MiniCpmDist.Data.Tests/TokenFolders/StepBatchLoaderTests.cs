using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Data.Tests.TokenFolders;

public sealed class StepBatchLoaderTests(TinyData data)
{
    private const int MicroBatch = 2;

    [Fact]
    public void What_was_expected_is_what_reading_at_once_gives()
    {
        using var source = Open();
        using var ahead = Loader(source);
        using var direct = Loader(source);
        ahead.Expect(Places(0, 6));

        var (batch, _) = ahead.Take(Places(0, 6));

        Same(direct.Take(Places(0, 6)).Batch, batch);
    }

    [Fact]
    public void When_something_else_is_wanted_than_was_expected_that_is_what_comes()
    {
        using var source = Open();
        using var loader = Loader(source);
        using var direct = Loader(source);
        loader.Expect(Places(0, 6));

        var (batch, _) = loader.Take(Places(2, 4));

        Same(direct.Take(Places(2, 4)).Batch, batch);
        Assert.Equal(Places(2, 4), batch.Places);
    }

    [Fact]
    public void A_rank_reads_its_own_micro_batches_and_knows_the_loss_tokens_of_all()
    {
        using var source = Open();
        using var loader = Loader(source, count => (1, count - 2));

        var (batch, _) = loader.Take(Places(0, 6));

        Assert.Equal([false, true, false], batch.MicroBatches.Select(micro => micro is not null));
        Assert.Equal(
            Enumerable.Range(0, 6).Select(index => source.LossTokens(index)), batch.Weights);
    }

    [Fact]
    public void A_failure_to_read_ahead_is_told_when_the_sequences_are_taken()
    {
        using var source = Open();
        using var loader = Loader(source);
        var beyond = new[] { new SequenceRef(0, source.SequenceCount), new SequenceRef(0, 0) };
        loader.Expect(beyond);

        Assert.Throws<ArgumentOutOfRangeException>(() => loader.Take(beyond));
    }

    private static void Same(StepBatch expected, StepBatch found)
    {
        Assert.Equal(expected.Weights, found.Weights);
        Assert.Equal(expected.MicroBatches.Count, found.MicroBatches.Count);
        foreach (var (one, other) in expected.MicroBatches.Zip(found.MicroBatches))
        {
            Assert.Equal(one!.Ids, other!.Ids);
            Assert.Equal(one.Targets, other.Targets);
            Assert.Equal(one.SegmentLengths, other.SegmentLengths);
        }
    }

    private static SequenceRef[] Places(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(index => new SequenceRef(0, index))];

    private static StepBatchLoader Loader(TokenDataset source, Func<int, (int First, int Count)>? ownOf = null) => new(
        [source], MicroBatch, ownOf ?? (count => (0, count)), (dataset, index) => dataset.LossTokens(index),
        Data.TokenFolders.MicroBatch.Read);

    private TokenDataset Open() => TokenDataset.Open(data.Source("data").Path, "train");
}
