namespace MiniCpmDist.Cli.Charts;

/// <summary>
/// Local linear regression with a Gaussian kernel on the token axis. Unlike a running mean it has no lag, and at the
/// ends, where a decay's last value is read off, it does not pull the line back to what came before.
/// </summary>
internal static class Smoothing
{
    /// <summary>Where the kernel ends, in standard deviations.</summary>
    private const double Reach = 3;

    /// <summary>
    /// The smoothed loss at every point; <paramref name="bandwidth"/> is the kernel's standard deviation in tokens,
    /// positive.
    /// </summary>
    /// <param name="points">In the order of the token axis.</param>
    public static IReadOnlyList<LossPoint> Smooth(IReadOnlyList<LossPoint> points, double bandwidth)
    {
        var smoothed = new LossPoint[points.Count];
        for (var index = 0; index < points.Count; index++)
        {
            // Points on one side only say less about the line: towards the end the kernel grows to twice its width.
            var rest = (points[^1].Tokens - points[index].Tokens) / (2 * Reach * bandwidth);
            smoothed[index] = points[index] with { Loss = At(points, index, bandwidth * (2 - Math.Min(1, rest))) };
        }
        return smoothed;
    }

    private static double At(IReadOnlyList<LossPoint> points, int center, double bandwidth)
    {
        double Offset(int index) => (points[index].Tokens - points[center].Tokens) / bandwidth;
        int first = center, last = center;
        while (first > 0 && Offset(first - 1) >= -Reach)
            first--;
        while (last < points.Count - 1 && Offset(last + 1) <= Reach)
            last++;

        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        double weights = 0, offsets = 0, squares = 0, losses = 0, products = 0;
        for (var index = first; index <= last; index++)
        {
            var offset = Offset(index);
            var weight = Math.Exp(-0.5 * offset * offset);
            low = Math.Min(low, points[index].Loss);
            high = Math.Max(high, points[index].Loss);
            weights += weight;
            offsets += weight * offset;
            squares += weight * offset * offset;
            losses += weight * points[index].Loss;
            products += weight * offset * points[index].Loss;
        }
        // The intercept of the weighted line. A lone point has no slope: there it is the mean.
        var determinant = weights * squares - offsets * offsets;
        var estimate = determinant > 1e-9 * weights * weights
            ? (squares * losses - offsets * products) / determinant
            : losses / weights;
        // A slope that hangs on few points may overshoot them, as after a spike at the end.
        return Math.Clamp(estimate, low, high);
    }
}
