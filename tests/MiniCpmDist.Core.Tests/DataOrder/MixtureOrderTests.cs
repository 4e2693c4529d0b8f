using MiniCpmDist.Core.DataOrder;

namespace MiniCpmDist.Core.Tests.DataOrder;

public sealed class MixtureOrderTests
{
    private const ulong Seed = 7;

    /// <summary>
    /// Of each source, what is read is its order from the beginning, without a gap and without a repetition: whatever
    /// the sizes of the steps were, however often the mixture changed, and wherever the run was saved and taken up
    /// again.
    /// </summary>
    [Fact]
    public void No_history_of_batches_mixtures_and_restarts_loses_or_repeats_a_sequence()
    {
        var random = new Random(5);
        for (var trial = 0; trial < 100; trial++)
        {
            var sources = SomeSources(random);
            var order = new MixtureOrder(Seed, sources);
            var cursor = DataCursor.Start(SomeWeights(random, sources.Length));
            var read = sources.Select(_ => new List<long>()).ToArray();
            for (var step = 0; step < 60; step++)
            {
                if (random.Next(5) == 0)
                    cursor = cursor.Under(SomeWeights(random, sources.Length));
                if (random.Next(5) == 0)
                    (order, cursor) = (new MixtureOrder(Seed, sources), Restarted(cursor));
                (var places, cursor) = order.Draw(cursor, random.Next(1, 40));
                foreach (var place in places)
                    read[place.Source].Add(place.Index);
            }

            for (var i = 0; i < sources.Length; i++)
            {
                var expected = new SequenceOrder(Seed, sources[i].Name, sources[i].End);
                Assert.Equal(Enumerable.Range(0, read[i].Count).Select(count => expected.IndexAt(count)), read[i]);
                Assert.Equal(read[i].Count, cursor.Consumed[i]);
            }
        }
    }

    [Fact]
    public void The_sequences_are_the_same_in_steps_of_any_size()
    {
        var order = new MixtureOrder(Seed, [Source("a", 50), Source("b", 7), Source("c", 300)]);
        var start = DataCursor.Start([5, 3, 2]);
        var (whole, end) = order.Draw(start, 360);

        foreach (var size in (int[])[1, 2, 3, 4, 5, 6, 8, 90, 120, 180])
        {
            var (pieces, cursor) = (new List<SequenceRef>(), start);
            while (pieces.Count < 360)
            {
                (var places, cursor) = order.Draw(cursor, size);
                pieces.AddRange(places);
            }
            Assert.Equal(whole, pieces);
            Assert.Equal(end, cursor);
        }
    }

    [Fact]
    public void A_mixture_that_is_set_again_changes_nothing()
    {
        var order = new MixtureOrder(Seed, [Source("a", 50), Source("b", 50)]);
        var (_, cursor) = order.Draw(DataCursor.Start([2, 1]), 10);

        Assert.Same(cursor, cursor.Under([2, 1]));
        Assert.NotEqual(order.Draw(cursor, 9).Places, order.Draw(cursor.Under([1, 2]), 9).Places);
    }

    [Fact]
    public void Two_sources_of_one_size_have_orders_of_their_own()
    {
        var order = new MixtureOrder(Seed, [Source("a", 1000), Source("b", 1000)]);
        var (places, _) = order.Draw(DataCursor.Start([1, 1]), 2000);
        var orders = places.ToLookup(place => place.Source, place => place.Index);

        Assert.InRange(orders[0].Zip(orders[1]).Count(pair => pair.First == pair.Second), 0, 11);
    }

    [Fact]
    public void A_source_that_repeats_reads_every_sequence_once_an_epoch_in_another_order()
    {
        var order = new MixtureOrder(Seed, [Source("a", 40), Source("b", 1_000_000)]);
        var (places, cursor) = order.Draw(DataCursor.Start([1, 3]), 320);
        var epochs = places.Where(place => place.Source == 0).Select(place => place.Index).Chunk(40).ToArray();

        Assert.Equal(80, cursor.Consumed[0]);
        Assert.All(epochs, epoch => Assert.Equal(40, epoch.Distinct().Count()));
        Assert.NotEqual(epochs[0], epochs[1]);
    }

    [Fact]
    public void A_source_that_is_dropped_leaves_the_others_their_proportions()
    {
        OrderedSource[] sources = [Source("a", 30, ExhaustionPolicy.Drop), Source("b", 900), Source("c", 900)];
        var order = new MixtureOrder(Seed, sources);
        var (places, cursor) = order.Draw(DataCursor.Start([6, 2, 1]), 30 + 15 + 300);
        var last = places.ToList().FindLastIndex(place => place.Source == 0);

        Assert.Equal(30, cursor.Consumed[0]);
        Assert.InRange(last, 43, 46);
        // From there two of b for one of c, to within one.
        for (var end = last + 1; end < places.Count; end++)
        {
            var after = places.Skip(last + 1).Take(end - last).ToArray();
            Assert.InRange(after.Count(place => place.Source == 1) - after.Length * 2 / 3.0, -1, 1);
        }
    }

    [Fact]
    public void A_source_that_stops_the_run_stops_it_where_its_next_sequence_would_be_due()
    {
        var order = new MixtureOrder(Seed, [Source("a", 10, ExhaustionPolicy.Stop), Source("b", 900)]);
        var (places, cursor) = order.Draw(DataCursor.Start([1, 2]), 100);

        Assert.Equal(10, cursor.Consumed[0]);
        Assert.InRange(cursor.Consumed[1], 19, 21);
        Assert.Equal(cursor.Consumed.Sum(), places.Count);
        Assert.Empty(order.Draw(cursor, 5).Places);
    }

    [Fact]
    public void When_all_sources_have_left_nothing_is_read()
    {
        var order = new MixtureOrder(Seed, [Source("a", 10, ExhaustionPolicy.Drop)]);

        var (places, cursor) = order.Draw(DataCursor.Start([1]), 25);

        Assert.Equal(10, places.Count);
        Assert.Empty(order.Draw(cursor, 1).Places);
    }

    [Fact]
    public void A_cursor_over_other_sources_is_refused() =>
        Assert.Throws<ArgumentException>(
            () => new MixtureOrder(Seed, [Source("a", 10)]).Draw(DataCursor.Start([1, 1]), 1));

    /// <summary>As a checkpoint keeps it: three numbers a source.</summary>
    private static DataCursor Restarted(DataCursor cursor) =>
        DataCursor.Restore([.. cursor.Weights], [.. cursor.Origin], [.. cursor.Consumed]);

    private static OrderedSource Source(string name, long count, ExhaustionPolicy policy = ExhaustionPolicy.Repeat) =>
        new(name, count, policy);

    private static OrderedSource[] SomeSources(Random random) =>
    [
        .. Enumerable.Range(0, random.Next(1, 6)).Select(i => Source(
            $"source-{i}", random.Next(1, 200),
            random.Next(3) == 0 ? ExhaustionPolicy.Drop : ExhaustionPolicy.Repeat)),
    ];

    private static long[] SomeWeights(Random random, int count)
    {
        var weights = Enumerable.Range(0, count).Select(_ => (long)random.Next(0, 10)).ToArray();
        weights[random.Next(count)] = 1;
        return weights;
    }
}
