using System.Numerics;
using System.Runtime.Intrinsics;

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

    /// <summary>Integers of a pixel where a row is widened; the last is 0.</summary>
    private const int Lanes = 4;

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

    /// <summary>
    /// Pixels of a row are widened to four integers each, so that all channels are multiplied and added at once.
    /// </summary>
    private static RgbImage AcrossColumns(RgbImage image, ResizeWeights weights)
    {
        var result = new RgbImage(weights.OutputSize, image.Height);
        var (stride, wide) = (image.Width * Channels, new int[image.Width * Lanes]);
        for (var y = 0; y < image.Height; y++)
        {
            Widen(image.Pixels.AsSpan(y * stride, stride), wide);
            var to = result.Pixels.AsSpan(y * weights.OutputSize * Channels, weights.OutputSize * Channels);
            for (int x = 0, at = 0; x < weights.OutputSize; x++, at += Channels)
            {
                var taps = weights.Of(x);
                ReadOnlySpan<int> pixels = wide.AsSpan(weights.First(x) * Lanes, taps.Length * Lanes);
                var sum = Vector128.Create(ResizeWeights.Half);
                for (var i = 0; i < taps.Length; i++)
                    sum += Vector128.Create(pixels.Slice(i * Lanes, Lanes)) * taps[i];
                var level = Vector128.Clamp(
                    sum >> ResizeWeights.FractionBits, Vector128<int>.Zero, Vector128.Create((int)byte.MaxValue));
                (to[at], to[at + 1], to[at + 2]) = (
                    (byte)level.GetElement(0), (byte)level.GetElement(1), (byte)level.GetElement(2));
            }
        }
        return result;
    }

    private static void Widen(ReadOnlySpan<byte> row, Span<int> wide)
    {
        for (int from = 0, to = 0; from < row.Length; from += Channels, to += Lanes)
            (wide[to], wide[to + 1], wide[to + 2]) = (row[from], row[from + 1], row[from + 2]);
    }

    /// <summary>Sums of some neighbouring bytes stay in registers while the rows go by.</summary>
    private static RgbImage AcrossRows(RgbImage image, ResizeWeights weights)
    {
        var result = new RgbImage(image.Width, weights.OutputSize);
        var (stride, step) = (image.Width * Channels, Vector<byte>.Count);
        var half = new Vector<int>(ResizeWeights.Half);
        for (var y = 0; y < weights.OutputSize; y++)
        {
            var taps = weights.Of(y);
            var rows = image.Pixels.AsSpan(weights.First(y) * stride, taps.Length * stride);
            var to = result.Pixels.AsSpan(y * stride, stride);
            var x = 0;
            for (; x <= stride - step; x += step)
            {
                var (first, second, third, fourth) = (half, half, half, half);
                for (int i = 0, at = x; i < taps.Length; i++, at += stride)
                {
                    var weight = new Vector<int>(taps[i]);
                    Vector.Widen(new Vector<byte>(rows[at..]), out var low, out var high);
                    Vector.Widen(low, out var one, out var two);
                    Vector.Widen(high, out var three, out var four);
                    first += Vector.AsVectorInt32(one) * weight;
                    second += Vector.AsVectorInt32(two) * weight;
                    third += Vector.AsVectorInt32(three) * weight;
                    fourth += Vector.AsVectorInt32(four) * weight;
                }
                Vector.Narrow(
                        Vector.Narrow(Levels(first), Levels(second)), Vector.Narrow(Levels(third), Levels(fourth)))
                    .CopyTo(to[x..]);
            }
            for (; x < stride; x++)
            {
                var sum = ResizeWeights.Half;
                for (var i = 0; i < taps.Length; i++)
                    sum += rows[i * stride + x] * taps[i];
                to[x] = ResizeWeights.Rounded(sum);
            }
        }
        return result;
    }

    private static Vector<uint> Levels(Vector<int> sums) => Vector.AsVectorUInt32(Vector.Clamp(
        sums >> ResizeWeights.FractionBits, Vector<int>.Zero, new Vector<int>(byte.MaxValue)));
}
