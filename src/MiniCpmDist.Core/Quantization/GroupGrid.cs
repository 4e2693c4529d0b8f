namespace MiniCpmDist.Core.Quantization;

/// <summary>
/// The sixteen values that weights of a group may have: scale · (code - zero), with codes from 0 to 15.
/// </summary>
/// <param name="Scale">Above zero. In files it is a float16, so it is rounded to one before any code is chosen.</param>
/// <param name="Zero">The code of zero; 8 in files, and any number in the grid of the paper.</param>
public readonly record struct GroupGrid(float Scale, float Zero)
{
    public const int LargestCode = 15;

    /// <summary>The code of zero where the grid is symmetric.</summary>
    public const int Middle = 8;

    /// <summary>
    /// The grid of released files: steps of 2·max|w|/15 around zero. The largest weight always decides, also where all
    /// have one sign, because half of the grid cannot hold a group otherwise.
    /// </summary>
    public static GroupGrid Symmetric(ReadOnlySpan<double> weights)
    {
        var largest = 0.0;
        foreach (var weight in weights)
            largest = Math.Max(largest, Math.Abs(weight));
        var scale = (float)(Half)(2 * largest / LargestCode);
        // A group of zeros, or of numbers so small that a float16 step between them is zero.
        return new GroupGrid(scale > 0 ? scale : (float)(Half)(2.0 / LargestCode), Middle);
    }

    /// <summary>
    /// The grid of the paper (arXiv 2404.06395, appendix D): sixteen steps from the smallest to the largest weight. Its
    /// zero is no whole number, so no file of the common layouts can hold it.
    /// </summary>
    public static GroupGrid Asymmetric(ReadOnlySpan<double> weights)
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var weight in weights)
            (low, high) = (Math.Min(low, weight), Math.Max(high, weight));
        var scale = (high - low) / LargestCode;
        return scale > 0 ? new GroupGrid((float)scale, (float)(-low / scale)) : Symmetric(weights);
    }

    /// <summary>The code whose value is nearest; halves go to the even one.</summary>
    public int Code(double weight) => (int)Math.Clamp(Math.Round(weight / Scale + Zero), 0, LargestCode);

    /// <summary>What a reader of the file makes of a code.</summary>
    public float Value(int code) => Scale * (code - Zero);
}
