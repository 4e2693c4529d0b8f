using MiniCpmDist.Core.Model;

namespace MiniCpmDist.Core.Sharding;

/// <summary>
/// Cuts a model's parameters into buckets: the embedding, its blocks, and what comes after them. Small neighbours are
/// put together, because an exchange has a price of its own.
/// </summary>
internal static class BucketCut
{
    /// <returns>Index of each bucket's first parameter, rising from 0, and the bucket's mark.</returns>
    public static IReadOnlyList<(int First, int Mark)> Of(IReadOnlyList<ParameterSpec> specs, long least)
    {
        var parts = Parts(specs);
        var buckets = new List<(int First, int Mark)>();
        for (var i = 0; i < parts.Count; i++)
        {
            // The embedding is complete last, so nobody may join it.
            var opens = buckets.Count == 0 || buckets[^1].Mark == Bucket.AtTheEnd
                || (Elements(buckets[^1].First, parts[i].First) >= least
                    && Elements(parts[i].First, specs.Count) >= least);
            if (opens)
                buckets.Add(parts[i]);
        }
        return buckets;

        long Elements(int first, int end) => specs.Skip(first).Take(end - first).Sum(spec => spec.Count);
    }

    /// <summary>The parameters before the blocks, those of each block, and those after the blocks.</summary>
    private static List<(int First, int Mark)> Parts(IReadOnlyList<ParameterSpec> specs)
    {
        var blocks = 1 + specs.Max(spec => spec.Block ?? -1);
        var parts = new List<(int First, int Mark)>();
        for (var i = 0; i < specs.Count; i++)
        {
            var isBehind = parts.Count > 0 && parts[^1].Mark != Bucket.AtTheEnd;
            var mark = specs[i].Block ?? (isBehind ? blocks : Bucket.AtTheEnd);
            if (parts.Count == 0 || parts[^1].Mark != mark)
                parts.Add((i, mark));
        }
        return parts;
    }
}
