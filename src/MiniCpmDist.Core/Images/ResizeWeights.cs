namespace MiniCpmDist.Core.Images;

/// <summary>Which pixels of a line make each pixel of a longer or shorter line, and with what weights.</summary>
internal sealed class ResizeWeights
{
    /// <summary>One half in the weights' unit: what sums start from, so that cutting off bits rounds.</summary>
    public const int Half = 1 << (FractionBits - 1);

    private const int FractionBits = 22;
    private const double Support = 2;
    private readonly int[] _first;
    private readonly int[] _count;
    private readonly int[] _weights;
    private readonly int _most;

    /// <param name="inputSize">Pixels of the line.</param>
    /// <param name="outputSize">Pixels of the new line.</param>
    public ResizeWeights(int inputSize, int outputSize)
    {
        OutputSize = outputSize;
        var scale = (double)inputSize / outputSize;
        var widening = Math.Max(scale, 1);
        var support = Support * widening;
        _most = (int)Math.Ceiling(support) * 2 + 1;
        (_first, _count, _weights) = (new int[outputSize], new int[outputSize], new int[outputSize * _most]);
        var exact = new double[_most];
        for (var i = 0; i < outputSize; i++)
        {
            var center = (i + 0.5) * scale;
            var first = Math.Max((int)(center - support + 0.5), 0);
            var count = Math.Min((int)(center + support + 0.5), inputSize) - first;
            var sum = 0.0;
            for (var tap = 0; tap < count; tap++)
                sum += exact[tap] = Cubic((tap + first - center + 0.5) * (1 / widening));
            for (var tap = 0; tap < count; tap++)
                _weights[i * _most + tap] = Fixed(sum == 0 ? exact[tap] : exact[tap] / sum);
            (_first[i], _count[i]) = (first, count);
        }
    }

    public int OutputSize { get; }

    public int First(int output) => _first[output];

    public ReadOnlySpan<int> Of(int output) => _weights.AsSpan(output * _most, _count[output]);

    public static byte Rounded(int sum) => (byte)Math.Clamp(sum >> FractionBits, 0, byte.MaxValue);

    private static int Fixed(double weight) => (int)(Math.CopySign(0.5, weight) + weight * (1 << FractionBits));

    /// <summary>Keys' kernel (IEEE ASSP-29, 1981) with a = -0.5, in Horner's form, as rounding depends on it.</summary>
    private static double Cubic(double x)
    {
        const double A = -0.5;
        x = Math.Abs(x);
        return x switch
        {
            < 1 => ((A + 2) * x - (A + 3)) * x * x + 1,
            < 2 => (((x - 5) * x + 8) * x - 4) * A,
            _ => 0,
        };
    }
}
