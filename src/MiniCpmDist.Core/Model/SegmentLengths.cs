using System.Collections;
using System.Runtime.CompilerServices;

namespace MiniCpmDist.Core.Model;

/// <summary>
/// Lengths of the segments of a micro-batch, row after row: neighbouring positions that attend among themselves,
/// causally, and count from 0. A segment may be a branch of one before it, its stem: it attends to the stem, too, and
/// counts on from the stem's end, as if it alone came after it. Branches of one stem follow it directly, and do not see
/// each other.
/// </summary>
[CollectionBuilder(typeof(SegmentLengths), nameof(Of))]
public sealed class SegmentLengths : IReadOnlyList<int>, IEquatable<SegmentLengths>
{
    private readonly int[] _lengths;

    private SegmentLengths(int[] lengths, int[] branches) => (_lengths, Branches) = (lengths, branches);

    /// <summary>
    /// Of each segment: n for the n-th branch of its stem, which is the segment n before it; 0 where it is no branch.
    /// </summary>
    public IReadOnlyList<int> Branches { get; }

    public int Count => _lengths.Length;

    public int this[int index] => _lengths[index];

    /// <summary>Segments that have no stem.</summary>
    public static SegmentLengths Of(ReadOnlySpan<int> lengths) => new(lengths.ToArray(), new int[lengths.Length]);

    /// <summary>Segments of which some are branches.</summary>
    /// <exception cref="ArgumentException">A branch does not follow its stem, or the branch before it.</exception>
    public static SegmentLengths Of(IEnumerable<int> lengths, IEnumerable<int> branches)
    {
        var made = new SegmentLengths([.. lengths], [.. branches]);
        if (made.Branches.Count != made.Count)
            throw new ArgumentException(
                $"Expected {made.Count} numbers of branches, found {made.Branches.Count}.", nameof(branches));
        for (var i = 0; i < made.Count; i++)
        {
            var (found, next) = (made.Branches[i], i == 0 ? 0 : made.Branches[i - 1] + 1);
            if (found != 0 && found != next)
                throw new ArgumentException(
                    $"Expected segment {i} to be {(next == 0 ? "no branch" : $"no branch (0) or branch {next}")}, "
                    + $"found {found}.", nameof(branches));
        }
        return made;
    }

    public static implicit operator SegmentLengths?(int[]? lengths) => lengths is null ? null : Of(lengths);

    public static SegmentLengths? FromInt32Array(int[]? lengths) => lengths;

    /// <summary>Positions of a segment's stem; 0 where it has none.</summary>
    public int StemLength(int index) => Branches[index] == 0 ? 0 : _lengths[index - Branches[index]];

    /// <summary>The position in its document of each position, row after row.</summary>
    public IEnumerable<long> Positions() =>
        _lengths.SelectMany((length, i) => Enumerable.Range(StemLength(i), length).Select(position => (long)position));

    /// <summary>Some neighbouring segments as a list of their own; the first of them must be no branch.</summary>
    public SegmentLengths Slice(int start, int length) =>
        Of(_lengths.AsSpan(start, length).ToArray(), Branches.Skip(start).Take(length));

    public bool Equals(SegmentLengths? other) =>
        other is not null && _lengths.AsSpan().SequenceEqual(other._lengths) && Branches.SequenceEqual(other.Branches);

    public override bool Equals(object? obj) => Equals(obj as SegmentLengths);

    public override int GetHashCode() => HashCode.Combine(Count, Count == 0 ? 0 : _lengths[0]);

    public IEnumerator<int> GetEnumerator() => _lengths.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
