namespace MiniCpmDist.Core.Images;

/// <summary>
/// How a picture of any size becomes parts that an image encoder reads: an overview, and slices where the picture has
/// more pixels than one part. As the image processors of MiniCPM-V 2.0 to 2.6 compute it, rounding included.
/// </summary>
/// <param name="Side">A part has about as many pixels as a square of this side.</param>
/// <param name="Patch">The side of what becomes one position of the encoder; sides of parts are multiples of
/// it.</param>
/// <param name="MostSlices">Slices at most; 1 or less: none.</param>
public sealed record SliceRules(int Side = 448, int Patch = 14, int MostSlices = 9)
{
    /// <summary>
    /// Longer side over shorter side at most. The published rule bounds the area of a part and not its length: beyond
    /// <see cref="Side"/>² / <see cref="Patch"/>² the short side cannot shrink any more, and parts get more positions
    /// without an end (1 x 5000 pixels: 2,263 instead of 1,024). A tenth of that bound keeps three patches across;
    /// models that see little take 4 all the same.
    /// </summary>
    public int MostAspect => Math.Max(Side * Side / (Patch * Patch) / 10, 4);

    /// <summary>True where a picture is not longer than the rules allow.</summary>
    public bool Accepts(PixelSize image) =>
        Math.Max(image.Width, image.Height) <= (long)MostAspect * Math.Min(image.Width, image.Height);

    /// <summary>What a picture of this size becomes.</summary>
    public SlicePlan Plan(PixelSize image)
    {
        var area = (long)image.Width * image.Height / ((double)Side * Side);
        var count = Math.Min((int)Math.Min(Math.Ceiling(area), int.MaxValue), MostSlices);
        if (count <= 1)
            return new SlicePlan(Resized(image.Width, image.Height, enlarges: true), 0, 0, default);
        var (columns, rows) = Grid(image, count);
        var slice = Resized(
            (double)Divisible(image.Width, columns) / columns, (double)Divisible(image.Height, rows) / rows,
            enlarges: true);
        return new SlicePlan(Resized(image.Width, image.Height, enlarges: false), columns, rows, slice);
    }

    /// <summary>
    /// Of all ways to cut into about so many slices the one whose proportions are nearest to the picture's, compared as
    /// logarithms. Of equally near ones the first: fewer slices, then fewer columns.
    /// </summary>
    private (int Columns, int Rows) Grid(PixelSize image, int count)
    {
        var wanted = Math.Log((double)image.Width / image.Height);
        var (best, least) = ((Columns: 1, Rows: 1), double.PositiveInfinity);
        for (var slices = Math.Max(count - 1, 2); slices <= Math.Min(count + 1, MostSlices); slices++)
        {
            for (var columns = 1; columns <= slices; columns++)
            {
                if (slices % columns != 0)
                    continue;
                var rows = slices / columns;
                var error = Math.Abs(wanted - Math.Log((double)columns / rows));
                if (error < least)
                    (best, least) = ((columns, rows), error);
            }
        }
        return best;
    }

    /// <summary>The size of a part. The width comes from the height after its fraction is gone.</summary>
    private PixelSize Resized(double width, double height, bool enlarges)
    {
        if (enlarges || width * height > (double)Side * Side)
        {
            var ratio = width / height;
            height = (int)(Side / Math.Sqrt(ratio));
            width = (int)(height * ratio);
        }
        return new PixelSize(Divisible(width, Patch), Divisible(height, Patch));
    }

    /// <summary>The nearest multiple, and at least one; halves go to the even one.</summary>
    private static int Divisible(double size, int divisor) =>
        Math.Max((int)Math.Round(size / divisor, MidpointRounding.ToEven) * divisor, divisor);
}
