using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Core.Tests.Sharding;

public sealed class FlatLayoutTests
{
    public static TheoryData<string, int> Models => new()
    {
        { "nano", 1 }, { "nano", 4 }, { "nano", 12 }, { "9m", 5 }, { "30m", 20 }, { "minicpm-1.2b", 8 },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void Every_bucket_divides_into_whole_chunks_for_every_lane(string preset, int lanes)
    {
        var layout = FlatLayout.For(ModelPresets.All[preset].ParameterSpecs, lanes);

        Assert.All(
            layout.Buckets, bucket => Assert.Equal(0, bucket.Count % ((long)lanes * FlatLayout.ChunkSize)));
        Assert.True(layout.Length >= ModelPresets.All[preset].Parameters);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Parameters_do_not_overlap_and_fused_ones_touch(string preset, int lanes)
    {
        var layout = FlatLayout.For(ModelPresets.All[preset].ParameterSpecs, lanes);
        var slots = layout.Slots;
        for (var i = 1; i < slots.Count; i++)
        {
            var end = slots[i - 1].Offset + slots[i - 1].Spec.Count;
            if (slots[i].Spec.Fusion == slots[i - 1].Spec.Fusion)
                Assert.Equal(end, slots[i].Offset);
            else if (!layout.Buckets.Any(bucket => bucket.Offset == slots[i].Offset))
                Assert.InRange(slots[i].Offset, end, end + FlatLayout.ChunkSize - 1);
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Every_chunk_has_the_learning_rate_of_all_parameters_in_it(string preset, int lanes)
    {
        var layout = FlatLayout.For(ModelPresets.All[preset].ParameterSpecs, lanes);
        foreach (var slot in layout.Slots)
        {
            Assert.Equal(slot.Spec.Group, layout.GroupOfChunk(slot.Offset / FlatLayout.ChunkSize));
            Assert.Equal(
                slot.Spec.Group, layout.GroupOfChunk((slot.Offset + slot.Spec.Count - 1) / FlatLayout.ChunkSize));
        }
    }

    [Fact]
    public void Groups_start_at_chunk_boundaries()
    {
        ParameterSpec[] specs =
        [
            new("norm", [10], 0, LearningRateGroup.Full, "norm"),
            new("q", [30, 40], 1, LearningRateGroup.Matrix, "qkv"),
            new("k", [3, 40], 1, LearningRateGroup.Matrix, "qkv"),
            new("last", [5], 0, LearningRateGroup.Full, "last"),
        ];

        var layout = FlatLayout.For(specs, slices: 3);

        Assert.Equal([0, 1024, 2224, 3072], layout.Slots.Select(slot => slot.Offset));
        Assert.Equal(6144, layout.Length);
    }

    [Fact]
    public void A_group_that_is_torn_or_has_two_learning_rates_is_refused()
    {
        var a = new ParameterSpec("a", [1], 1, LearningRateGroup.Matrix, "one");
        var b = new ParameterSpec("b", [1], 1, LearningRateGroup.Matrix, "other");

        Assert.Throws<ArgumentException>(() => FlatLayout.For([a, b, a with { Name = "c" }], 1));
        Assert.Throws<ArgumentException>(
            () => FlatLayout.For([a, b with { Fusion = "one", Group = LearningRateGroup.Full }], 1));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Buckets_follow_each_other_without_gaps_and_hold_whole_parameters(string preset, int lanes)
    {
        var layout = FlatLayout.For(ModelPresets.All[preset].ParameterSpecs, lanes, leastBucket: 1);
        var end = 0L;
        foreach (var bucket in layout.Buckets)
        {
            Assert.Equal(end, bucket.Offset);
            end += bucket.Count;
        }
        Assert.Equal(layout.Length, end);
        foreach (var slot in layout.Slots)
        {
            Assert.Single(
                layout.Buckets,
                bucket => slot.Offset >= bucket.Offset
                    && slot.Offset + slot.Spec.Count <= bucket.Offset + bucket.Count);
        }
    }

    [Fact]
    public void A_bucket_is_marked_by_the_first_of_its_blocks()
    {
        var specs = (ModelPresets.All["nano"] with { TieWordEmbeddings = false }).ParameterSpecs;
        var block = specs.Where(spec => spec.Block == 0).Sum(spec => spec.Count);
        var last = specs.Max(spec => spec.Block)!.Value;

        var each = FlatLayout.For(specs, 4, leastBucket: 1).Buckets;
        var pairs = FlatLayout.For(specs, 4, leastBucket: block + 1).Buckets;

        Assert.Equal(Enumerable.Range(-1, last + 3), each.Select(bucket => bucket.Mark));
        Assert.Equal([-1, 0, 2, 4], pairs.Take(4).Select(bucket => bucket.Mark));
        // The head is large enough to be one of its own, behind all blocks.
        Assert.Equal(last + 1, pairs[^1].Mark);
    }

    [Fact]
    public void What_is_too_small_at_the_end_joins_the_blocks_before_and_nothing_joins_the_embedding()
    {
        var specs = ModelPresets.All["nano"].ParameterSpecs;
        var layout = FlatLayout.For(specs, 4, leastBucket: long.MaxValue);

        Assert.Equal([-1, 0], layout.Buckets.Select(bucket => bucket.Mark));
    }
}
