namespace MiniCpmDist.Core.Images;

/// <summary>A picture in memory: 8 bits each of red, green and blue, without a color space.</summary>
public sealed class RgbImage
{
    /// <summary>Bytes of one pixel.</summary>
    public const int Channels = 3;

    /// <param name="width">Pixels of a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="pixels">Rows from the top, <c>[height, width, 3]</c>; the picture keeps the array.</param>
    /// <exception cref="ArgumentException">The bytes are not as many as the sides say.</exception>
    public RgbImage(int width, int height, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        var expected = (long)width * height * Channels;
        if (pixels.Length != expected)
            throw new ArgumentException(
                $"Expected {expected} bytes for {width} x {height} pixels, found {pixels.Length}.", nameof(pixels));
        (Width, Height, Pixels) = (width, height, pixels);
    }

    /// <summary>An image in one color, black unless something is drawn.</summary>
    public RgbImage(int width, int height) : this(width, height, new byte[width * height * Channels])
    {
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary><c>[height, width, 3]</c>.</summary>
    public byte[] Pixels { get; }

    public PixelSize Size => new(Width, Height);

    /// <summary>The part whose left upper corner is (x, y).</summary>
    public RgbImage Cut(int x, int y, PixelSize size)
    {
        var cut = new RgbImage(size.Width, size.Height);
        for (var row = 0; row < size.Height; row++)
        {
            Pixels.AsSpan(((y + row) * Width + x) * Channels, size.Width * Channels)
                .CopyTo(cut.Pixels.AsSpan(row * size.Width * Channels));
        }
        return cut;
    }
}
