namespace MiniCpmDist.Core.Deduplication;

/// <summary>
/// What is cut out of a text whose stretches occur elsewhere too. Words of a stretch that stands first elsewhere go;
/// words of a stretch that stands first here stay, even where both overlap. So each stretch that occurs several times
/// stays somewhere.
/// </summary>
public static class RemovedStretches
{
    /// <summary>The words to cut out, as ranges that do not touch, in order.</summary>
    /// <param name="stretches">Places of stretches that occur several times, in ascending order, and whether this is
    /// the first time.</param>
    /// <param name="width">Words of a stretch.</param>
    /// <param name="words">Words of the text.</param>
    public static IReadOnlyList<(int Start, int End)> Of(
        IEnumerable<(int Place, bool IsFirst)> stretches, int width, int words)
    {
        var (goes, stays) = (new bool[words], new bool[words]);
        var (goesUntil, staysUntil) = (0, 0);
        foreach (var (place, isFirst) in stretches)
        {
            if (isFirst)
                Mark(stays, place, place + width, ref staysUntil);
            else
                Mark(goes, place, place + width, ref goesUntil);
        }
        var ranges = new List<(int, int)>();
        for (var at = 0; at < words; at++)
        {
            var start = at;
            while (at < words && goes[at] && !stays[at])
                at++;
            if (at > start)
                ranges.Add((start, at));
        }
        return ranges;
    }

    // Stretches overlap, and no word is marked twice.
    private static void Mark(bool[] words, int start, int end, ref int until)
    {
        start = Math.Max(start, until);
        words.AsSpan(start, end - start).Fill(true);
        until = end;
    }

    /// <summary>A text without some of its words. What stands between a word that goes and the next word goes
    /// too.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="words">Its words.</param>
    /// <param name="ranges">From <see cref="Of"/>.</param>
    public static byte[] Cut(ReadOnlySpan<byte> utf8, WordList words, IReadOnlyList<(int Start, int End)> ranges)
    {
        using var kept = new MemoryStream(utf8.Length);
        var from = 0;
        foreach (var (start, end) in ranges)
        {
            kept.Write(utf8[from..words.Starts[start]]);
            from = end < words.Count ? words.Starts[end] : utf8.Length;
        }
        kept.Write(utf8[from..]);
        return kept.ToArray();
    }
}
