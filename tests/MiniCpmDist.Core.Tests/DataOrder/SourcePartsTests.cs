using MiniCpmDist.Core.DataOrder;

namespace MiniCpmDist.Core.Tests.DataOrder;

public sealed class SourcePartsTests
{
    [Fact]
    public void A_source_of_one_part_is_read_as_it_was_before_there_were_parts()
    {
        var old = new SequenceOrder(7, "c4", 90);
        var order = Order([new SourcePart(0, 90)]);

        Assert.All(Enumerable.Range(0, 400), place => Assert.Equal(old.IndexAt(place), order.IndexAt(place)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(89)]
    [InlineData(90)]
    public void A_part_that_is_taken_up_in_the_first_pass_is_read_as_if_it_had_always_been_there(long consumed)
    {
        var always = SourceParts.Of([90, 40]);

        Assert.Equal(always, SourceParts.TakeUp(SourceParts.Of([90]), [90, 40], consumed));
        Assert.Equal([new SourcePart(0, 90), new SourcePart(90, 40)], always);
    }

    [Theory]
    [InlineData(91, 180)]
    [InlineData(180, 180)]
    [InlineData(181, 270)]
    [InlineData(500, 540)]
    public void Later_it_begins_where_the_pass_ends_and_what_was_to_come_until_then_stays(long consumed, long start)
    {
        var parts = SourceParts.TakeUp(SourceParts.Of([90]), [90, 40], consumed);
        var (before, after) = (Order(SourceParts.Of([90])), Order(parts));

        Assert.Equal(new SourcePart(start, 40), parts[1]);
        Assert.All(Enumerable.Range(0, (int)start), place => Assert.Equal(before.IndexAt(place), after.IndexAt(place)));
        Assert.Equal(Range(90, 40), Read(after, start, 40).Order());
    }

    [Fact]
    public void After_the_last_part_each_pass_reads_every_sequence_of_all_parts_once_in_an_order_of_its_own()
    {
        var parts = SourceParts.TakeUp(
            SourceParts.TakeUp(SourceParts.Of([50]), [50, 20], consumed: 130), [50, 20, 30], consumed: 260);
        var order = Order(parts);

        // Two passes over 50 and the second part, one over 70, and the third part.
        Assert.Equal([0L, 150, 310], parts.Select(part => part.Start));
        Assert.Equal(Range(50, 20), Read(order, 150, 20).Order());
        Assert.Equal(Range(0, 70), Read(order, 170, 70).Order());
        Assert.Equal(Range(0, 70), Read(order, 240, 70).Order());
        Assert.Equal(Range(70, 30), Read(order, 310, 30).Order());
        Assert.Equal(Range(0, 100), Read(order, 340, 100).Order());
        Assert.NotEqual(Read(order, 340, 100), Read(order, 440, 100));
    }

    [Fact]
    public void A_checkpoint_tells_the_parts_and_one_that_cannot_be_is_noticed()
    {
        var parts = SourceParts.TakeUp(SourceParts.Of([90]), [90, 40], consumed: 200);
        long[] starts = [.. parts.Skip(1).Select(part => part.Start)];

        Assert.Equal(parts, SourceParts.Restore(starts, [90, 40]));
        Assert.Equal(parts, SourceParts.Restore(starts, [90, 40, 7]));
        Assert.Null(SourceParts.Restore(starts, [90]));
        Assert.Null(SourceParts.Restore([89], [90, 40]));
    }

    private static SourceOrder Order(IReadOnlyList<SourcePart> parts) =>
        new(7, new OrderedSource("c4", parts, ExhaustionPolicy.Repeat));

    private static long[] Read(SourceOrder order, long first, int count) =>
        [.. Range(first, count).Select(order.IndexAt)];

    private static IEnumerable<long> Range(long first, int count) =>
        Enumerable.Range(0, count).Select(i => first + i);
}
