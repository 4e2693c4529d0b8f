namespace MiniCpmDist.Core.Images;

/// <summary>Sides of a picture or of a part of it, in pixels.</summary>
public readonly record struct PixelSize(int Width, int Height)
{
    public override string ToString() => FormattableString.Invariant($"{Width} x {Height}");
}
