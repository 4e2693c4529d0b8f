namespace MiniCpmDist.Data.TokenFolders;

/// <summary>
/// How far back documents reach in the sequences of a split: only a token with much of its own document before it can
/// teach a model to look far back, and a sequence of short documents has none.
/// </summary>
/// <param name="LossTokens">Positions that bear loss, of the sequences that were looked at.</param>
/// <param name="Beyond">For each window those of them that have a whole window of their document, or more, before them
/// in their sequence.</param>
public sealed record DocumentReach(long LossTokens, IReadOnlyList<WindowReach> Beyond)
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
        var (beyond, scored) = (new long[all.Length], 0L);
        var count = all.Length == 0 ? 0 : Math.Min(MostRead, set.SequenceCount);
        for (var i = 0L; i < count; i++)
        {
            foreach (var (from, to) in Scored(set, (long)((Int128)i * set.SequenceCount / count)))
            {
                scored += to - from;
                for (var w = 0; w < all.Length; w++)
                    beyond[w] += Math.Max(0, to - Math.Max(from, all[w]));
            }
        }
        return new DocumentReach(
            scored,
            [.. all.Zip(beyond, (window, tokens) => new WindowReach(window, tokens))]);
    }

    /// <summary>True where some position that bears loss has a whole window of its document before it.</summary>
    public static bool Any(TokenDataset set, int window)
    {
        for (var i = 0L; i < set.SequenceCount; i++)
        {
            if (Scored(set, i).Any(stretch => stretch.To > window))
                return true;
        }
        return false;
    }

    /// <summary>The share of the loss tokens that lie beyond a window, 0 to 1; 0 where no token bears loss.</summary>
    public double Share(WindowReach reach) => LossTokens == 0 ? 0 : (double)reach.Tokens / LossTokens;

    /// <summary>Positions of each document, or piece of one, in a sequence; they add up to the sequence.</summary>
    public static IEnumerable<int> Documents(TokenDataset set, long index)
    {
        ArgumentNullException.ThrowIfNull(set);
        var length = 0;
        foreach (var part in set.Parts(index))
        {
            length += part.Length;
            if (part.GoesOn)
                continue;
            yield return length;
            length = 0;
        }
        // A document that goes on in the next sequence.
        if (length > 0)
            yield return length;
    }

    /// <summary>The stretches that bear loss, by their places in their documents.</summary>
    private static IEnumerable<(int From, int To)> Scored(TokenDataset set, long index)
    {
        ArgumentNullException.ThrowIfNull(set);
        var start = 0;
        foreach (var part in set.Parts(index))
        {
            if (part.LossTokens > 0)
                yield return (start + part.LossStart, start + part.LossEnd);
            start = part.GoesOn ? start + part.Length : 0;
        }
    }
}
