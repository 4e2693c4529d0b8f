namespace MiniCpmDist.Core.Images;

/// <summary>Carries a <see cref="SlicePlan"/> out.</summary>
public static class ImageSlicer
{
    /// <summary>The parts of a picture: overview, then slices row by row.</summary>
    public static IReadOnlyList<RgbImage> Cut(RgbImage image, SlicePlan plan)
    {
        var parts = new List<RgbImage>(plan.Parts) { BicubicResize.Of(image, plan.Overview) };
        if (plan.Slices == 0)
            return parts;
        var refined = BicubicResize.Of(image, plan.Refined);
        for (var row = 0; row < plan.Rows; row++)
        {
            for (var column = 0; column < plan.Columns; column++)
                parts.Add(refined.Cut(column * plan.Slice.Width, row * plan.Slice.Height, plan.Slice));
        }
        return parts;
    }

    /// <summary>What an encoder reads: (v / 255 - 0.5) / 0.5, each operation in float32.</summary>
    /// <param name="image">Of any size.</param>
    /// <param name="pixels"><c>[3, height, width]</c>, float32.</param>
    public static void Normalize(RgbImage image, Span<float> pixels)
    {
        var plane = image.Width * image.Height;
        for (var channel = 0; channel < RgbImage.Channels; channel++)
        {
            for (int i = 0, at = channel; i < plane; i++, at += RgbImage.Channels)
                pixels[channel * plane + i] = s_levels[image.Pixels[at]];
        }
    }

    private static readonly float[] s_levels =
        [.. Enumerable.Range(0, 256).Select(level => (level / 255f - 0.5f) / 0.5f)];
}
