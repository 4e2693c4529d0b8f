namespace MiniCpmDist.Core.Evaluation;

/// <summary>The files of a split, below the folder of all sets.</summary>
/// <param name="Patterns">Paths, in which <c>*</c> stands for any name. The first that leads to a file counts, because
/// a set may be published in several forms. What the first <c>*</c> stands for is the item's group.</param>
/// <param name="Range">Null: all items.</param>
public sealed record ItemSource(IReadOnlyList<string> Patterns, ItemRange? Range)
{
    /// <summary>Patterns or ranges that could lead to the same item.</summary>
    public bool Overlaps(ItemSource other) =>
        Patterns.Intersect(other.Patterns).Any()
        && (Range is null || other.Range is null || Range.Overlaps(other.Range));
}
