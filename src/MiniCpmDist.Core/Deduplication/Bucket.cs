namespace MiniCpmDist.Core.Deduplication;

/// <summary>
/// Which texts of a bucket are compared. In a large bucket, such as that of a form letter, the number of all pairs
/// would be the square of its texts, so each text is compared with those that follow it in the order of keeping.
/// </summary>
public static class Bucket
{
    /// <summary>How many texts that follow it a text is compared with.</summary>
    public const int Following = 32;

    /// <summary>True where the order of a bucket's texts decides which pairs are compared.</summary>
    public static bool NeedsOrder(int texts) => texts > Following + 1;

    /// <summary>The pairs of a bucket, as places in it.</summary>
    public static IEnumerable<(int First, int Second)> Pairs(int texts)
    {
        for (var first = 0; first < texts; first++)
        {
            for (var second = first + 1; second < texts && second <= first + Following; second++)
                yield return (first, second);
        }
    }
}
