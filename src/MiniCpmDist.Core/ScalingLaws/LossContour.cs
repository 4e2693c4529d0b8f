using MathNet.Numerics;

namespace MiniCpmDist.Core.ScalingLaws;

/// <summary>
/// The tokens that runs of one size take to one loss, over their batch, with the parabola through them in log-log
/// (arXiv 2404.06395, section 3.2).
/// </summary>
/// <param name="Size">Of the models.</param>
/// <param name="Loss">The level.</param>
/// <param name="Points">Batch and tokens.</param>
/// <param name="Vertex">The batch that takes the fewest tokens; null where the runs do not tell.</param>
/// <param name="Rejected">Why there is no vertex; empty where there is one.</param>
public sealed record LossContour(
    string Size, double Loss, IReadOnlyList<(double Batch, double Tokens)> Points, double? Vertex, string Rejected)
{
    /// <summary>A parabola goes through any three points, whatever they are.</summary>
    public const int LeastBatches = 4;

    /// <summary>The tokens that the parabola gives for a batch; null where there is no parabola.</summary>
    public double? TokensAt(double batch)
    {
        if (Points.Count < LeastBatches)
            return null;
        var (middle, fitted) = Parabola(Points);
        var distance = Math.Log(batch) - middle;
        return Math.Exp(fitted[0] + distance * (fitted[1] + distance * fitted[2]));
    }

    /// <param name="curves">Of one size, one for each batch.</param>
    /// <param name="loss">The level.</param>
    public static LossContour Of(IReadOnlyList<BatchCurve> curves, double loss)
    {
        var points = curves
            .Select(curve => (curve.Batch, Tokens: curve.TokensTo(loss)))
            .Where(point => point.Tokens is not null)
            .Select(point => (point.Batch, Tokens: point.Tokens!.Value))
            .OrderBy(point => point.Batch)
            .ToList();
        var size = curves[0].Size;
        if (points.Count < LeastBatches)
            return new LossContour(size, loss, points, null, $"{points.Count} of {curves.Count} batches reach it");
        var (middle, fitted) = Parabola(points);
        if (!(fitted[2] > 0))
            return new LossContour(size, loss, points, null, "its parabola opens downwards");
        var vertex = Math.Exp(middle - fitted[1] / (2 * fitted[2]));
        return vertex < points[0].Batch || vertex > points[^1].Batch
            ? new LossContour(size, loss, points, null, $"its vertex, {vertex:0}, lies outside the batches")
            : new LossContour(size, loss, points, vertex, "");
    }

    // Centred: powers of logarithms that are all near 12 would lose digits.
    private static (double Middle, double[] Fitted) Parabola(IReadOnlyList<(double Batch, double Tokens)> points)
    {
        var middle = points.Average(point => Math.Log(point.Batch));
        return (middle, Fit.Polynomial(
            [.. points.Select(point => Math.Log(point.Batch) - middle)],
            [.. points.Select(point => Math.Log(point.Tokens))], 2));
    }
}
