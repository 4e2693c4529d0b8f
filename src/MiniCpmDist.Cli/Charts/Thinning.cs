namespace MiniCpmDist.Cli.Charts;

/// <summary>Fewer points where a run has more steps than a picture has room for.</summary>
internal static class Thinning
{
    /// <summary>
    /// Gives the lowest and highest point of each bucket, so that no spike is lost: at most 2 x
    /// <paramref name="buckets"/> points.
    /// </summary>
    public static IReadOnlyList<LossPoint> Extremes(IReadOnlyList<LossPoint> points, int buckets) =>
        points.Count <= 2 * buckets ? points : [.. Split(points, buckets).SelectMany(Ends)];

    /// <summary>Gives the mean of each bucket: at most 2 x <paramref name="buckets"/> points.</summary>
    public static IReadOnlyList<LossPoint> Means(IReadOnlyList<LossPoint> points, int buckets) =>
        points.Count <= 2 * buckets ? points : [.. Split(points, 2 * buckets).Select(Mean)];

    private static IEnumerable<ArraySegment<LossPoint>> Split(IReadOnlyList<LossPoint> points, int buckets)
    {
        var all = points.ToArray();
        for (long bucket = 0; bucket < buckets; bucket++)
        {
            var begin = (int)(bucket * all.Length / buckets);
            var end = (int)((bucket + 1) * all.Length / buckets);
            yield return new ArraySegment<LossPoint>(all, begin, end - begin);
        }
    }

    private static LossPoint[] Ends(ArraySegment<LossPoint> bucket)
    {
        var low = bucket.MinBy(point => point.Loss);
        var high = bucket.MaxBy(point => point.Loss);
        return low.Tokens == high.Tokens ? [low] : low.Tokens < high.Tokens ? [low, high] : [high, low];
    }

    private static LossPoint Mean(ArraySegment<LossPoint> bucket) =>
        new((long)bucket.Average(point => point.Tokens), bucket.Average(point => point.Loss));
}
