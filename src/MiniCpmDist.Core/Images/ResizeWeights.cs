namespace MiniCpmDist.Core.Images;

/// <summary>Which pixels of a line make each pixel of a longer or shorter line, and with what weights.</summary>
internal sealed class ResizeWeights
{
    /// <summary>One half in the weights' unit: what sums start from, so that cutting off bits rounds.</summary>
    public const int Half = 1 << (FractionBits - 1);

    /// <summary>Bits of a weight behind the point.</summary>
    public const int FractionBits = 22;

    private readonly int[] _first;
    private readonly int[] _count;
    private readonly int[] _weights;
    private readonly int _most;

    /// <param name="inputSize">Pixels of the line.</param>
    /// <param name="outputSize">Pixels of the new line.</param>
    public ResizeWeights(int inputSize, int outputSize)
    {
        OutputSize = outputSize;
        _most = CubicTaps.Most(inputSize, outputSize);
        (_first, _count, _weights) = (new int[outputSize], new int[outputSize], new int[outputSize * _most]);
        foreach (var (i, (first, exact)) in CubicTaps.Of(inputSize, outputSize).Index())
        {
            for (var tap = 0; tap < exact.Length; tap++)
                _weights[i * _most + tap] = Fixed(exact[tap]);
            (_first[i], _count[i]) = (first, exact.Length);
        }
    }

    public int OutputSize { get; }

    public int First(int output) => _first[output];

    public ReadOnlySpan<int> Of(int output) => _weights.AsSpan(output * _most, _count[output]);

    public static byte Rounded(int sum) => (byte)Math.Clamp(sum >> FractionBits, 0, byte.MaxValue);

    private static int Fixed(double weight) => (int)(Math.CopySign(0.5, weight) + weight * (1 << FractionBits));
}
