using MiniCpmDist.Core.DataOrder;

namespace MiniCpmDist.Core.Tests.DataOrder;

public sealed class SequenceOrderTests
{
    public static TheoryData<long> Counts =>
        [.. Enumerable.Range(1, 70).Select(count => (long)count), 255, 256, 257, 1000, 4095, 4096, 4097, 65_537];

    [Theory]
    [MemberData(nameof(Counts))]
    public void Every_epoch_reads_every_sequence_exactly_once(long count)
    {
        var order = new SequenceOrder(1, "c4", count);
        for (var epoch = 0L; epoch < 3; epoch++)
        {
            var read = Epoch(order, epoch).Order();
            Assert.Equal(Enumerable.Range(0, (int)count).Select(index => (long)index), read);
        }
    }

    [Fact]
    public void Epochs_and_seeds_have_orders_of_their_own()
    {
        var first = Epoch(new SequenceOrder(1, "c4", 1000), 0);

        // Two independent orders agree in one place on average; a dozen would be a miracle.
        Assert.InRange(Agreement(first, Epoch(new SequenceOrder(1, "c4", 1000), 1)), 0, 11);
        Assert.InRange(Agreement(first, Epoch(new SequenceOrder(2, "c4", 1000), 0)), 0, 11);
        Assert.InRange(Agreement(first, [.. Enumerable.Range(0, 1000).Select(index => (long)index)]), 0, 11);
    }

    [Fact]
    public void Sources_have_orders_of_their_own() =>
        Assert.InRange(
            Agreement(Epoch(new SequenceOrder(1, "c4", 1000), 0), Epoch(new SequenceOrder(1, "code", 1000), 0)), 0, 11);

    [Fact]
    public void An_index_does_not_depend_on_what_was_asked_before()
    {
        var forward = Epoch(new SequenceOrder(9, "c4", 500), 0);
        var order = new SequenceOrder(9, "c4", 500);

        for (var cursor = 499; cursor >= 0; cursor--)
            Assert.Equal(forward[cursor], order.IndexAt(cursor));
    }

    [Fact]
    public void Neighbours_in_the_order_are_not_neighbours_in_the_data()
    {
        var order = Epoch(new SequenceOrder(1, "c4", 10_000), 0);

        // Of 9,999 pairs about two are neighbours by chance.
        Assert.InRange(Enumerable.Range(0, 9_999).Count(i => Math.Abs(order[i] - order[i + 1]) == 1), 0, 12);
        // And the mean of the first tenth is that of the whole: standard error 2887 / √1000 · √0.9.
        Assert.Equal(4999.5, order.Take(1000).Average(index => (double)index), 4 * 87.0);
    }

    [Fact]
    public void Trillions_of_sequences_are_no_problem()
    {
        const long Count = 3_000_000_000_001;
        var order = new SequenceOrder(1, "c4", Count);
        var read = Enumerable.Range(0, 2000).Select(cursor => order.IndexAt(Count * 5 + cursor)).ToArray();

        Assert.All(read, index => Assert.InRange(index, 0, Count - 1));
        Assert.Equal(read.Length, read.Distinct().Count());
    }

    /// <summary>
    /// Changing the order would change every run that is resumed. The numbers come from a Python version of the
    /// description.
    /// </summary>
    [Theory]
    [InlineData(1, 0, new long[] { 8, 5, 4, 0, 3, 9, 1, 6, 2, 7 })]
    [InlineData(1, 1, new long[] { 1, 6, 7, 5, 8, 9, 4, 0, 2, 3 })]
    [InlineData((1UL << 63) + 5, 2, new long[] { 8, 0, 6, 5, 3, 7, 4, 1, 2, 9 })]
    public void The_order_is_the_one_that_runs_on_disk_were_trained_with(ulong seed, long epoch, long[] expected) =>
        Assert.Equal(expected, Epoch(new SequenceOrder(seed, "c4", 10), epoch));

    [Fact]
    public void A_place_before_the_beginning_and_an_empty_data_set_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SequenceOrder(1, "c4", 10).IndexAt(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SequenceOrder(1, "c4", 0));
    }

    private static long[] Epoch(SequenceOrder order, long epoch) =>
        [.. Enumerable.Range(0, (int)order.SequenceCount)
            .Select(place => order.IndexAt(epoch * order.SequenceCount + place))];

    private static int Agreement(long[] left, long[] right) => left.Zip(right).Count(pair => pair.First == pair.Second);
}
