using MiniCpmDist.Core.Images;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;
using SkiaSharp;

namespace MiniCpmDist.Data.Images;

/// <summary>
/// Reads pictures: JPEG, PNG, WebP. Pixels are those that Pillow's <c>Image.open(f).convert("RGB")</c> gives, turned as
/// the camera says (EXIF of JPEG and WebP), with 16-bit channels cut to their upper 8 bits: Pillow turns 16-bit grey
/// white.
/// </summary>
/// <remarks>
/// Color profiles are not applied, and alpha is dropped as it is: the published models were trained on such pixels.
/// </remarks>
public static class ImageFile
{
    /// <summary>
    /// Pixels at most. A picture takes 7 bytes of memory for each while it is read, and a small file can claim any
    /// number of them.
    /// </summary>
    public const long MostPixels = 1 << 26;

    /// <summary>Bytes of a file at most.</summary>
    public const int MostBytes = 1 << 28;

    private const string Formats = "a picture in JPEG, PNG or WebP";
    private const string Whole = "a whole picture";
    private const string Fix = "get another copy, or leave it out";

    /// <summary>Reads a file.</summary>
    /// <exception cref="ConfigurationException">It is no such picture, damaged, an animation, or too large.</exception>
    public static RgbImage Read(string path) => Decode(InputFile.ReadBytes(path, MostBytes), path);

    /// <summary>Reads the content of a file.</summary>
    /// <param name="content">The whole file.</param>
    /// <param name="where">What messages call it.</param>
    /// <param name="mostPixels">Pixels at most.</param>
    /// <exception cref="ConfigurationException">As <see cref="Read"/>.</exception>
    public static RgbImage Decode(byte[] content, string where, long mostPixels = MostPixels)
    {
        using var data = SKData.CreateCopy(content);
        using var codec = SKCodec.Create(data)
            ?? throw Refused(
                where, Formats, content.Length == 0 ? "an empty file" : $"{content.Length:N0} bytes that are none",
                "convert it, get another copy, or leave it out");
        if (codec.EncodedFormat is not (
            SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Png or SKEncodedImageFormat.Webp))
            throw Refused(where, Formats, codec.EncodedFormat.ToString().ToUpperInvariant(), "convert it");
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if ((long)width * height > mostPixels)
            throw Refused(where, $"{mostPixels:N0} pixels at most", $"{width} x {height}", "make it smaller");
        if (codec.EncodedFormat == SKEncodedImageFormat.Png && IsAnimated(content))
            throw Refused(where, "one picture", "an animation", "keep the picture that you mean");
        if (codec.FrameCount > 1)
            throw Refused(
                where, "one picture", $"an animation of {codec.FrameCount} pictures", "keep the one that you mean");
        if (codec.EncodedFormat == SKEncodedImageFormat.Jpeg && !JpegMarkers.ReachesEnd(content))
            throw Refused(where, Whole, "one that ends before its end mark", Fix);
        return Upright(Pixels(codec, where), codec.EncodedOrigin);
    }

    // Skia reads the first picture of an animated PNG and does not say that there are others. The chunk stands before
    // the pixels.
    private static bool IsAnimated(ReadOnlySpan<byte> png)
    {
        var pixels = png.IndexOf("IDAT"u8);
        return png[..Math.Max(0, pixels)].IndexOf("acTL"u8) >= 0;
    }

    private static RgbImage Pixels(SKCodec codec, string where)
    {
        // No color space, or Skia would convert the values; not premultiplied, or alpha would darken them.
        var alpha = codec.Info.IsOpaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul;
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, alpha, colorspace: null);
        var result = codec.GetPixels(info, out var rgba);
        if (result != SKCodecResult.Success)
            throw Refused(
                where, Whole, result == SKCodecResult.IncompleteInput
                    ? "one that ends before its last row"
                    : $"one that is damaged ({result})",
                Fix);
        var image = new RgbImage(info.Width, info.Height);
        for (int from = 0, to = 0; from < rgba.Length; from += 4, to += RgbImage.Channels)
        {
            image.Pixels[to] = rgba[from];
            image.Pixels[to + 1] = rgba[from + 1];
            image.Pixels[to + 2] = rgba[from + 2];
        }
        return image;
    }

    /// <summary>Turns and mirrors a picture into the orientation in which it is to be seen.</summary>
    private static RgbImage Upright(RgbImage image, SKEncodedOrigin origin)
    {
        if (origin is SKEncodedOrigin.TopLeft or 0)
            return image;
        var (w, h) = (image.Width, image.Height);
        var swaps = origin >= SKEncodedOrigin.LeftTop;
        var upright = swaps ? new RgbImage(h, w) : new RgbImage(w, h);
        for (int y = 0, to = 0; y < upright.Height; y++)
        {
            for (var x = 0; x < upright.Width; x++, to += RgbImage.Channels)
            {
                var (column, row) = origin switch
                {
                    SKEncodedOrigin.TopRight => (w - 1 - x, y),
                    SKEncodedOrigin.BottomRight => (w - 1 - x, h - 1 - y),
                    SKEncodedOrigin.BottomLeft => (x, h - 1 - y),
                    SKEncodedOrigin.LeftTop => (y, x),
                    SKEncodedOrigin.RightTop => (y, h - 1 - x),
                    SKEncodedOrigin.RightBottom => (w - 1 - y, h - 1 - x),
                    _ => (w - 1 - y, x),
                };
                image.Pixels.AsSpan((row * w + column) * RgbImage.Channels, RgbImage.Channels)
                    .CopyTo(upright.Pixels.AsSpan(to));
            }
        }
        return upright;
    }

    private static ConfigurationException Refused(string where, string expected, string found, string fix) =>
        new([new Problem(where, expected, found, fix)]);
}
