namespace MiniCpmDist.Core.Deduplication;

/// <summary>
/// Hashes of all stretches of a number of words: a polynomial in the words' hashes, which rolls, and the finish of
/// MurmurHash3.
/// </summary>
public static class WordWindows
{
    private const ulong Base = 0x2127599BF4325C37;

    /// <summary>Stretches of that width among so many words.</summary>
    public static int Count(int words, int width) => Math.Max(0, words - width + 1);

    /// <summary>Writes the hash of each stretch, in order.</summary>
    /// <param name="words">Hashes of words, at least <paramref name="width"/> of them.</param>
    /// <param name="width">Words of a stretch, 1 or more.</param>
    /// <param name="to">Takes <see cref="Count"/> hashes.</param>
    public static void Fill(ReadOnlySpan<ulong> words, int width, Span<ulong> to)
    {
        unchecked
        {
            var (rolling, oldest) = (0UL, 1UL);
            for (var i = 0; i < width; i++)
            {
                rolling = rolling * Base + words[i];
                oldest *= Base;
            }
            to[0] = HashMix.Finish(rolling);
            for (var i = width; i < words.Length; i++)
            {
                rolling = rolling * Base + words[i] - words[i - width] * oldest;
                to[i - width + 1] = HashMix.Finish(rolling);
            }
        }
    }
}
