namespace MiniCpmDist.Data.TokenFolders;

/// <summary>
/// How far back documents reach in the sequences of a split: only a token with much of its own document before it can
/// teach a model to look far back, and a sequence of short documents has none.
/// </summary>
/// <param name="Positions">Positions of the sequences that were looked at.</param>
/// <param name="Beyond">For each window the positions that have a whole window of their document, or more, before them
/// in their sequence.</param>
public sealed record DocumentReach(long Positions, IReadOnlyList<WindowReach> Beyond)
{
    /// <summary>The shortest window that an inspection shows.</summary>
    private const int Shortest = 512;

    /// <summary>Sequences to look at: more of them would not change a share that is shown.</summary>
    private const long MostRead = 1 << 18;

    /// <summary>The powers of two from 512 up to below a sequence.</summary>
    public static IEnumerable<int> Windows(int sequenceLength)
    {
        for (var window = (long)Shortest; window < sequenceLength; window *= 2)
            yield return (int)window;
    }

    /// <summary>Reads the index of a split: of all its sequences, or of many that are spread over it.</summary>
    public static DocumentReach Of(TokenDataset set, IEnumerable<int> windows)
    {
        int[] all = [.. windows];
        var beyond = new long[all.Length];
        var count = all.Length == 0 ? 0 : Math.Min(MostRead, set.SequenceCount);
        for (var i = 0L; i < count; i++)
        {
            foreach (var length in Scored(set, (long)((Int128)i * set.SequenceCount / count)))
            {
                for (var w = 0; w < all.Length; w++)
                    beyond[w] += Math.Max(0, length - all[w]);
            }
        }
        return new DocumentReach(
            count * set.SequenceLength,
            [.. all.Zip(beyond, (window, tokens) => new WindowReach(window, tokens))]);
    }

    /// <summary>True where some position has a whole window of its document before it.</summary>
    public static bool Any(TokenDataset set, int window)
    {
        for (var i = 0L; i < set.SequenceCount; i++)
        {
            if (Scored(set, i).Any(length => length > window))
                return true;
        }
        return false;
    }

    /// <summary>The share of the positions that lie beyond a window, 0 to 1; 0 where there are none.</summary>
    public double Share(WindowReach reach) => Positions == 0 ? 0 : (double)reach.Tokens / Positions;

    /// <summary>Positions of each document, or piece of one, in a sequence; they add up to the sequence.</summary>
    public static IEnumerable<int> Documents(TokenDataset set, long index) =>
        Pieces(set, index).Select(piece => piece.Length);

    /// <summary>Those of documents that bear loss; the others only fill the sequence up.</summary>
    private static IEnumerable<int> Scored(TokenDataset set, long index) =>
        Pieces(set, index).Where(piece => piece.IsScored).Select(piece => piece.Length);

    private static IEnumerable<(int Length, bool IsScored)> Pieces(TokenDataset set, long index)
    {
        ArgumentNullException.ThrowIfNull(set);
        var (length, isScored) = (0, false);
        foreach (var part in set.Parts(index))
        {
            (length, isScored) = (length + part.Length, isScored || part.LossTokens > 0);
            if (part.GoesOn)
                continue;
            yield return (length, isScored);
            (length, isScored) = (0, false);
        }
        // A document that goes on in the next sequence.
        if (length > 0)
            yield return (length, isScored);
    }
}
