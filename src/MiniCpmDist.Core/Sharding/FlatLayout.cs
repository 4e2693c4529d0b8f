using MiniCpmDist.Core.Model;

namespace MiniCpmDist.Core.Sharding;

/// <summary>
/// Places all parameters in one flat buffer. Each fusion group starts at a chunk boundary, so that a chunk has one
/// learning rate, and each bucket divides into slices of whole chunks for every world size that fits the lanes.
/// </summary>
public sealed class FlatLayout
{
    /// <summary>
    /// Elements of a chunk: the unit of slices, norms and vector code, which therefore needs no tail path.
    /// </summary>
    public const int ChunkSize = 1024;

    /// <summary>The fewest elements of a bucket, where the model has as many: 4 MiB of float32.</summary>
    public const long LeastBucket = 1 << 20;

    private readonly LearningRateGroup[] _groups;

    private FlatLayout(IReadOnlyList<Slot> slots, IReadOnlyList<Bucket> buckets)
    {
        Slots = slots;
        Buckets = buckets;
        Length = buckets[^1].Offset + buckets[^1].Count;
        _groups = new LearningRateGroup[Length / ChunkSize];
        foreach (var slot in slots)
        {
            var first = slot.Offset / ChunkSize;
            var last = (slot.Offset + slot.Spec.Count - 1) / ChunkSize;
            _groups.AsSpan((int)first, (int)(last - first + 1)).Fill(slot.Spec.Group);
        }
    }

    /// <summary>The parameters in storage order; offsets rise.</summary>
    public IReadOnlyList<Slot> Slots { get; }

    /// <summary>Stretches that are reduced as one, without gaps between them.</summary>
    public IReadOnlyList<Bucket> Buckets { get; }

    /// <summary>Elements of the embedding's bucket, which is complete last and has working memory of its own.</summary>
    public long EmbeddingElements =>
        Buckets.Where(bucket => bucket.Mark == Bucket.AtTheEnd).Sum(bucket => bucket.Count);

    /// <summary>Elements of the largest of the other buckets, which can share working memory.</summary>
    public long LargestOther => Buckets
        .Where(bucket => bucket.Mark != Bucket.AtTheEnd)
        .Select(bucket => bucket.Count)
        .DefaultIfEmpty()
        .Max();

    /// <summary>Elements with all padding.</summary>
    public long Length { get; }

    /// <param name="specs">In storage order; parameters of one fusion group are neighbours.</param>
    /// <param name="slices">Slices that each bucket divides into: lanes of the run.</param>
    /// <param name="leastBucket">Elements of a bucket at least; no bit depends on it.</param>
    /// <exception cref="ArgumentException">A fusion group is torn apart or has two learning rates.</exception>
    public static FlatLayout For(
        IReadOnlyList<ParameterSpec> specs, int slices, long leastBucket = LeastBucket)
    {
        RequireWholeGroups(specs);
        var cut = BucketCut.Of(specs, leastBucket);
        var slots = new List<Slot>(specs.Count);
        var buckets = new List<Bucket>(cut.Count);
        var end = 0L;
        foreach (var (index, (first, mark)) in cut.Index())
        {
            var begin = end;
            for (var i = first; i < (index + 1 < cut.Count ? cut[index + 1].First : specs.Count); i++)
            {
                if (i == 0 || specs[i].Fusion != specs[i - 1].Fusion)
                    end = RoundUp(end, ChunkSize);
                slots.Add(new Slot(specs[i], end));
                end += specs[i].Count;
            }
            end = begin + RoundUp(end - begin, (long)slices * ChunkSize);
            buckets.Add(new Bucket(begin, end - begin, mark));
        }
        return new FlatLayout(slots, buckets);
    }

    /// <summary>
    /// The learning rate of all elements of a chunk; padding has <see cref="LearningRateGroup.Full"/> or its
    /// neighbour's.
    /// </summary>
    public LearningRateGroup GroupOfChunk(long chunk) => _groups[chunk];

    private static long RoundUp(long value, long unit) => (value + unit - 1) / unit * unit;

    private static void RequireWholeGroups(IReadOnlyList<ParameterSpec> specs)
    {
        var groups = specs.GroupBy(spec => spec.Fusion).ToArray();
        if (groups.FirstOrDefault(group => group.Select(spec => spec.Group).Distinct().Count() > 1) is { } mixed)
            throw new ArgumentException(
                $"Expected one learning rate in the fusion group {mixed.Key}, found two.", nameof(specs));
        if (!groups.SelectMany(group => group).SequenceEqual(specs, ReferenceEqualityComparer.Instance))
            throw new ArgumentException(
                "Expected the parameters of each fusion group side by side, found others between them.", nameof(specs));
    }
}
