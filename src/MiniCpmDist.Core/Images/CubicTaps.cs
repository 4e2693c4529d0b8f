namespace MiniCpmDist.Core.Images;

/// <summary>
/// Bicubic, antialiased resizing of a line, as Pillow does it, and PyTorch's <c>interpolate</c> with antialias: Keys'
/// cubic with a = -0.5, widened by the reduction, cut off at the ends, and brought to a sum of one.
/// </summary>
public static class CubicTaps
{
    private const double Support = 2;

    /// <summary>Weights of one place at most.</summary>
    public static int Most(int inputSize, int outputSize) =>
        (int)Math.Ceiling(Support * Math.Max((double)inputSize / outputSize, 1)) * 2 + 1;

    /// <summary>For each place of the new line the first place of the old one that it takes, and the weights.</summary>
    public static IEnumerable<(int First, double[] Weights)> Of(int inputSize, int outputSize)
    {
        var scale = (double)inputSize / outputSize;
        var widening = Math.Max(scale, 1);
        var support = Support * widening;
        for (var i = 0; i < outputSize; i++)
        {
            var center = (i + 0.5) * scale;
            var first = Math.Max((int)(center - support + 0.5), 0);
            var weights = new double[Math.Min((int)(center + support + 0.5), inputSize) - first];
            var sum = 0.0;
            for (var tap = 0; tap < weights.Length; tap++)
                sum += weights[tap] = Cubic((tap + first - center + 0.5) * (1 / widening));
            for (var tap = 0; sum != 0 && tap < weights.Length; tap++)
                weights[tap] /= sum;
            yield return (first, weights);
        }
    }

    /// <summary>The same as a matrix, <c>[outputSize, inputSize]</c>, row by row.</summary>
    public static double[] Matrix(int inputSize, int outputSize)
    {
        var matrix = new double[outputSize * inputSize];
        foreach (var (i, (first, weights)) in Of(inputSize, outputSize).Index())
            weights.CopyTo(matrix, i * inputSize + first);
        return matrix;
    }

    /// <summary>Keys' kernel (IEEE ASSP-29, 1981) in Horner's form, as rounding depends on it.</summary>
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
