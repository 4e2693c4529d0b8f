using MiniCpmDist.Core.Images;

namespace MiniCpmDist.Core.Scenes;

/// <summary>
/// Paints scenes: things on a grey ground, and below them a strip for the sign. The ground is the middle of all values,
/// so that after normalizing it is nothing: a light one would be most of what an encoder sees of every picture.
/// </summary>
public static class ScenePainter
{
    private const byte Ground = 128;
    private const byte Paper = 255;
    private const byte Ink = 0;

    /// <summary>Edges are blended from so many points across and down a pixel.</summary>
    private const int Samples = 3;

    /// <summary>Of the height, for the sign.</summary>
    private const double SignShare = 0.2;

    /// <summary>Of half a place's shorter side, for a thing.</summary>
    private const double ThingShare = 0.8;

    /// <summary>The smallest side at which four letters of a sign and all shapes can be told apart.</summary>
    public const int LeastSide = 56;

    public static RgbImage Paint(Scene scene, PixelSize size)
    {
        var image = new RgbImage(size.Width, size.Height);
        image.Pixels.AsSpan().Fill(Ground);
        var field = (int)(size.Height * (1 - SignShare));
        foreach (var thing in scene.Things)
            Paint(image, thing, field);
        if (scene.Sign is { } sign)
            Paint(image, sign, field);
        return image;
    }

    private static void Paint(RgbImage image, SceneThing thing, int field)
    {
        var (width, height) = ((double)image.Width / ScenePlace.Side, (double)field / ScenePlace.Side);
        var (middleX, middleY) = ((thing.Place.Column + 0.5) * width, (thing.Place.Row + 0.5) * height);
        var radius = Math.Min(width, height) / 2 * ThingShare;
        for (var y = (int)(middleY - radius) - 1; y <= middleY + radius + 1; y++)
        {
            for (var x = (int)(middleX - radius) - 1; x <= middleX + radius + 1; x++)
            {
                var covered = 0;
                for (var sample = 0; sample < Samples * Samples; sample++)
                {
                    var (across, down) = (Place(x, sample % Samples, middleX), Place(y, sample / Samples, middleY));
                    covered += thing.Shape.Covers(across / radius, down / radius) ? 1 : 0;
                }
                if (covered > 0)
                    Blend(image, x, y, thing.Color.Rgb, covered);
            }
        }

        static double Place(int pixel, int sample, double middle) => pixel + (sample + 0.5) / Samples - middle;
    }

    private static void Paint(RgbImage image, string sign, int field)
    {
        var strip = image.Height - field;
        for (var y = field; y < image.Height; y++)
            image.Pixels.AsSpan(y * image.Width * RgbImage.Channels, image.Width * RgbImage.Channels).Fill(Paper);
        // A point between letters, and one around all.
        var points = sign.Length * (SceneLetters.Width + 1) - 1;
        var scale = Math.Max(Math.Min(strip / (SceneLetters.Height + 2), image.Width / (points + 2)), 1);
        var (left, top) = (
            (image.Width - points * scale) / 2, field + (strip - SceneLetters.Height * scale) / 2);
        for (var y = 0; y < SceneLetters.Height * scale; y++)
        {
            for (var x = 0; x < points * scale; x++)
            {
                var (letter, column) = Math.DivRem(x / scale, SceneLetters.Width + 1);
                if (column < SceneLetters.Width && SceneLetters.Covers(sign[letter], column, y / scale))
                    Set(image, left + x, top + y, (Ink, Ink, Ink));
            }
        }
    }

    private static void Blend(RgbImage image, int x, int y, (byte Red, byte Green, byte Blue) color, int covered)
    {
        const int All = Samples * Samples;
        byte Mix(byte over) => (byte)((over * covered + Ground * (All - covered) + All / 2) / All);
        Set(image, x, y, (Mix(color.Red), Mix(color.Green), Mix(color.Blue)));
    }

    private static void Set(RgbImage image, int x, int y, (byte Red, byte Green, byte Blue) color)
    {
        var at = (y * image.Width + x) * RgbImage.Channels;
        (image.Pixels[at], image.Pixels[at + 1], image.Pixels[at + 2]) = color;
    }
}
