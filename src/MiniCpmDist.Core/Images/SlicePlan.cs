namespace MiniCpmDist.Core.Images;

/// <summary>The parts of one picture.</summary>
/// <param name="Overview">Size of the whole picture as one part.</param>
/// <param name="Columns">Slices side by side; 0 where there are none.</param>
/// <param name="Rows">Rows of slices.</param>
/// <param name="Slice">Size of each slice.</param>
public sealed record SlicePlan(PixelSize Overview, int Columns, int Rows, PixelSize Slice)
{
    /// <summary>Slices without the overview.</summary>
    public int Slices => Columns * Rows;

    /// <summary>Overview and slices.</summary>
    public int Parts => 1 + Slices;

    /// <summary>The size to which the picture is brought before it is cut into slices.</summary>
    public PixelSize Refined => new(Slice.Width * Columns, Slice.Height * Rows);

    /// <summary>
    /// Sizes of all parts in the order in which a model reads them: overview, then slices row by row.
    /// </summary>
    public IEnumerable<PixelSize> Sizes => Enumerable.Repeat(Slice, Slices).Prepend(Overview);

    /// <summary>Positions of the encoder for all parts.</summary>
    /// <param name="patch">Side of a position in pixels.</param>
    public long Patches(int patch) => Sizes.Sum(size => (long)(size.Width / patch) * (size.Height / patch));
}
