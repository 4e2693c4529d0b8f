namespace MiniCpmDist.Core.Model;

/// <summary>
/// A strand of a sequence: one early and one late stretch of it. Of 2S equal stretches strand s has number s and, from
/// the end, number s, so that under a causal mask all strands compute as many scores. The sequences of a micro-batch
/// follow each other: of each the early stretch, then the late one.
/// </summary>
/// <param name="Strands">S, of each sequence.</param>
/// <param name="Index">s, from 0.</param>
/// <param name="SequenceLength">Positions of a sequence; a multiple of 2S.</param>
/// <param name="Sequences">Of the micro-batch.</param>
public sealed record SequenceStrand(int Strands, int Index, int SequenceLength, int Sequences)
{
    /// <summary>Positions of a stretch.</summary>
    public int StretchLength => SequenceLength / (2 * Strands);

    /// <summary>Positions of all its stretches.</summary>
    public int Rows => 2 * StretchLength * Sequences;

    /// <summary>Where its stretches begin among all positions of the micro-batch.</summary>
    public IReadOnlyList<int> Stretches { get; } =
    [
        .. from sequence in Enumerable.Range(0, Sequences)
           from stretch in (int[])[Index, 2 * Strands - 1 - Index]
           select sequence * SequenceLength + stretch * (SequenceLength / (2 * Strands)),
    ];

    /// <summary>The strand's values of those of all positions.</summary>
    public T[] Of<T>(ReadOnlySpan<T> all)
    {
        if (all.Length != SequenceLength * Sequences)
            throw new ArgumentException($"Expected {SequenceLength * Sequences} positions, found {all.Length}.");
        var own = new T[Rows];
        foreach (var (i, first) in Stretches.Index())
            all.Slice(first, StretchLength).CopyTo(own.AsSpan(i * StretchLength));
        return own;
    }

    /// <summary>The pieces of documents that its stretches consist of, in their order.</summary>
    /// <param name="documents">Of all sequences, row after row; none of them a branch.</param>
    public IReadOnlyList<StrandPiece> Pieces(SegmentLengths documents)
    {
        ArgumentNullException.ThrowIfNull(documents);
        if (documents.Branches.Any(branch => branch > 0))
            throw new ArgumentException("Expected documents, found branches of one.", nameof(documents));
        var begins = new List<int>(documents.Count + 1) { 0 };
        foreach (var length in documents)
            begins.Add(begins[^1] + length);
        if (begins[^1] != SequenceLength * Sequences)
        {
            throw new ArgumentException(
                $"Expected documents of {SequenceLength * Sequences} positions, found {begins[^1]}.",
                nameof(documents));
        }
        var pieces = new List<StrandPiece>();
        foreach (var first in Stretches)
        {
            var place = begins.BinarySearch(first);
            var end = first + StretchLength;
            for (var i = place < 0 ? ~place - 1 : place; i < documents.Count && begins[i] < end; i++)
            {
                var from = Math.Max(first, begins[i]);
                pieces.Add(new StrandPiece(Math.Min(end, begins[i + 1]) - from, from, from - begins[i]));
            }
        }
        return pieces;
    }
}
