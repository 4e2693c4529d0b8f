using MiniCpmDist.Core.Images;
using SkiaSharp;

namespace MiniCpmDist.Data.Images;

/// <summary>Writes pictures as PNG.</summary>
public static class PngFile
{
    /// <summary>Writes a file that must not exist yet.</summary>
    public static void Write(string path, RgbImage image)
    {
        var rgba = new byte[image.Width * image.Height * 4];
        for (int from = 0, to = 0; to < rgba.Length; from += RgbImage.Channels, to += 4)
        {
            image.Pixels.AsSpan(from, RgbImage.Channels).CopyTo(rgba.AsSpan(to));
            rgba[to + 3] = byte.MaxValue;
        }
        using var pixels = SKData.CreateCopy(rgba);
        var info = new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque, null);
        using var picture = SKImage.FromPixels(info, pixels, info.RowBytes);
        using var encoded = picture.Encode(SKEncodedImageFormat.Png, quality: 100);
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        encoded.SaveTo(file);
    }
}
