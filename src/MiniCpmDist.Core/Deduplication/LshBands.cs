namespace MiniCpmDist.Core.Deduplication;

/// <summary>
/// Locality-sensitive hashing of signatures: a signature is cut into bands of equally many rows, and texts that agree
/// on all rows of a band are a candidate pair. Texts of similarity s become one with probability
/// 1 - (1 - s^rows)^bands.
/// </summary>
/// <param name="Bands">1 or more.</param>
/// <param name="Rows">Numbers of a signature in each band, 1 or more.</param>
public sealed record LshBands(int Bands, int Rows)
{
    /// <summary>What <see cref="For"/> finds at least of the pairs whose similarity is the threshold.</summary>
    public const double LeastRecall = 0.99;

    /// <summary>The fewest bands that divide a signature and find 99 % of the pairs at the threshold; as many as the
    /// signature is long where no number does.</summary>
    /// <param name="permutations">Numbers of a signature.</param>
    /// <param name="threshold">The similarity from which on texts count as copies.</param>
    public static LshBands For(int permutations, double threshold)
    {
        var all = Enumerable.Range(1, permutations).Where(bands => permutations % bands == 0)
            .Select(bands => new LshBands(bands, permutations / bands)).ToList();
        return all.FirstOrDefault(bands => bands.Probability(threshold) >= LeastRecall) ?? all[^1];
    }

    /// <summary>The probability with which texts of a similarity become a candidate pair.</summary>
    public double Probability(double similarity) => 1 - Math.Pow(1 - Math.Pow(similarity, Rows), Bands);

    /// <summary>Writes the key of each band's bucket; texts in one bucket have the same key.</summary>
    public void Keys(ReadOnlySpan<uint> signature, Span<ulong> keys)
    {
        for (var band = 0; band < Bands; band++)
        {
            var key = HashMix.Step((ulong)band + 1);
            foreach (var row in signature.Slice(band * Rows, Rows))
                key = HashMix.Step(key ^ row);
            keys[band] = HashMix.Finish(key);
        }
    }
}
