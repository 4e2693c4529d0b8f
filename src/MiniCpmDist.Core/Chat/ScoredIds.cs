using MiniCpmDist.Core.Formats;

namespace MiniCpmDist.Core.Chat;

/// <summary>A conversation as ids, from the begin piece on.</summary>
/// <param name="Ids">At least two.</param>
/// <param name="IsScored">For each id, whether a model learns to write it.</param>
public sealed record ScoredIds(int[] Ids, bool[] IsScored)
{
    /// <summary>Positions that it takes in a sequence: nothing is predicted from the last id.</summary>
    public int Positions => Ids.Length - 1;

    /// <summary>Ids that a model learns to write.</summary>
    public int ScoredCount => IsScored.Count(scored => scored);

    /// <summary>The ids up to the first one that is scored.</summary>
    public ReadOnlySpan<int> Prompt => Ids.AsSpan(0, Math.Max(0, Array.IndexOf(IsScored, true)));

    /// <summary>What is left without the first <paramref name="count"/> ids.</summary>
    public ScoredIds From(int count) => new(Ids[count..], IsScored[count..]);

    /// <summary>Its parts: each has one stretch of positions that bear loss, and all but the last go on.</summary>
    public IReadOnlyList<SequencePart> Parts()
    {
        var parts = new List<SequencePart>();
        for (var start = 0; start < Positions;)
        {
            var lossStart = Next(start, true);
            var lossEnd = Next(lossStart, false);
            var isLast = Next(lossEnd, true) == Positions;
            var end = isLast ? Positions : lossEnd;
            parts.Add(lossStart < lossEnd
                ? new SequencePart(end - start, Ids[end], lossStart - start, lossEnd - start, !isLast)
                : new SequencePart(end - start, Ids[end], 0, 0, !isLast));
            start = end;
        }
        return parts;
    }

    /// <summary>The first position from a place on whose target is scored, or is not.</summary>
    private int Next(int position, bool scored)
    {
        while (position < Positions && IsScored[position + 1] != scored)
            position++;
        return position;
    }
}
