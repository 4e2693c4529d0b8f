using System.Numerics;

namespace MiniCpmDist.Core.Images;

/// <summary>
/// Resizes as Pillow's <c>Image.resize(size, Image.BICUBIC)</c> does, to the bit: Keys' cubic with a = -0.5, whose
/// support grows with the reduction, so that shrinking does not alias; first the width, then the height; after each of
/// the two passes values are rounded and clipped to 8 bits. A pass whose size does not change is skipped.
/// </summary>
/// <remarks>
/// Weights are integers of 22 fractional bits. Other libraries do not antialias, or keep more bits between the two
/// passes, and are up to 200 of 255 levels off; the published models were trained on Pillow's pixels.
/// </remarks>
public static class BicubicResize
{
    private const int Channels = RgbImage.Channels;

    /// <summary>Resizes a picture; the same object where the size is the same.</summary>
    public static RgbImage Of(RgbImage image, PixelSize size)
    {
        if (image.Size == size)
            return image;
        var columns = size.Width == image.Width ? null : new ResizeWeights(image.Width, size.Width);
        var rows = size.Height == image.Height ? null : new ResizeWeights(image.Height, size.Height);
        // Cubics are local, so every row is needed; only where rows are few does this take longer than it must.
        var narrow = columns is null ? image : AcrossColumns(image, columns);
        return rows is null ? narrow : AcrossRows(narrow, rows);
    }

    private static RgbImage AcrossColumns(RgbImage image, ResizeWeights weights)
    {
        var result = new RgbImage(weights.OutputSize, image.Height);
        var (from, to) = (image.Pixels, result.Pixels);
        var stride = image.Width * Channels;
        for (var y = 0; y < image.Height; y++)
        {
            var row = from.AsSpan(y * stride, stride);
            var at = y * weights.OutputSize * Channels;
            for (var x = 0; x < weights.OutputSize; x++, at += Channels)
            {
                var taps = weights.Of(x);
                var pixels = row.Slice(weights.First(x) * Channels, taps.Length * Channels);
                int red = ResizeWeights.Half, green = red, blue = red;
                for (int i = 0, p = 0; i < taps.Length; i++, p += Channels)
                {
                    var weight = taps[i];
                    red += pixels[p] * weight;
                    green += pixels[p + 1] * weight;
                    blue += pixels[p + 2] * weight;
                }
                to[at] = ResizeWeights.Rounded(red);
                to[at + 1] = ResizeWeights.Rounded(green);
                to[at + 2] = ResizeWeights.Rounded(blue);
            }
        }
        return result;
    }

    private static RgbImage AcrossRows(RgbImage image, ResizeWeights weights)
    {
        var result = new RgbImage(image.Width, weights.OutputSize);
        var stride = image.Width * Channels;
        var sums = new int[stride];
        for (var y = 0; y < weights.OutputSize; y++)
        {
            var taps = weights.Of(y);
            sums.AsSpan().Fill(ResizeWeights.Half);
            for (var i = 0; i < taps.Length; i++)
                AddScaled(sums, image.Pixels.AsSpan((weights.First(y) + i) * stride, stride), taps[i]);
            var row = result.Pixels.AsSpan(y * stride, stride);
            for (var i = 0; i < row.Length; i++)
                row[i] = ResizeWeights.Rounded(sums[i]);
        }
        return result;
    }

    private static void AddScaled(Span<int> sums, ReadOnlySpan<byte> row, int weight)
    {
        var i = 0;
        // Integers add up to the same in any order.
        if (Vector.IsHardwareAccelerated)
        {
            var step = Vector<byte>.Count;
            var quarter = Vector<int>.Count;
            var factor = new Vector<int>(weight);
            for (; i + step <= row.Length; i += step)
            {
                Vector.Widen(new Vector<byte>(row[i..]), out var low, out var high);
                Vector.Widen(low, out var first, out var second);
                Vector.Widen(high, out var third, out var fourth);
                Add(sums[i..], first, factor);
                Add(sums[(i + quarter)..], second, factor);
                Add(sums[(i + 2 * quarter)..], third, factor);
                Add(sums[(i + 3 * quarter)..], fourth, factor);
            }
        }
        for (; i < row.Length; i++)
            sums[i] += row[i] * weight;
    }

    private static void Add(
        Span<int> sums, Vector<uint> pixels, Vector<int> factor) =>
        (new Vector<int>(sums) + Vector.AsVectorInt32(pixels) * factor).CopyTo(sums);
}
