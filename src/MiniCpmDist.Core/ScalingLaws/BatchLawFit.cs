using MathNet.Numerics;
using MathNet.Numerics.Distributions;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.ScalingLaws;

/// <summary>
/// The batch that takes the fewest tokens, as a power of the loss: b = a / L^k (arXiv 2404.06395, section 3.2).
/// </summary>
/// <param name="Scale">a, in tokens.</param>
/// <param name="Exponent">k.</param>
/// <param name="ExponentError">Standard error of the exponent, from the distances of the vertices to the line.</param>
/// <param name="Contours">All contours, the rejected ones too.</param>
public sealed record BatchLawFit(
    double Scale, double Exponent, double ExponentError, IReadOnlyList<LossContour> Contours)
{
    // A line through two vertices has no error.
    private const int LeastVertices = 3;
    private const double Coverage = 0.9;

    /// <summary>The interval of the exponent, by Student's t.</summary>
    public (double Low, double High) ExponentInterval
    {
        get
        {
            var degrees = Contours.Count(contour => contour.Vertex is not null) - 2;
            var reach = ExponentError * StudentT.InvCDF(0, 1, degrees, (1 + Coverage) / 2);
            return (Exponent - reach, Exponent + reach);
        }
    }

    /// <param name="loss">In the unit that the law was fitted in.</param>
    /// <returns>Tokens of a step.</returns>
    public double Batch(double loss) => Scale * Math.Pow(loss, -Exponent);

    /// <param name="curves">Runs of one or several sizes, each with several batches.</param>
    /// <param name="levels">Losses at which contours are taken.</param>
    /// <exception cref="ConfigurationException">Too few contours have a lowest point.</exception>
    public static BatchLawFit Of(IReadOnlyList<BatchCurve> curves, IReadOnlyList<double> levels)
    {
        LossContour[] contours =
        [
            .. curves.GroupBy(curve => curve.Size)
                .SelectMany(size => levels.Select(level => LossContour.Of([.. size], level))),
        ];
        LossContour[] accepted = [.. contours.Where(contour => contour.Vertex is not null)];
        var problems = new ProblemCollector();
        problems.Require(
            accepted.Length >= LeastVertices, "the contours",
            $"at least {LeastVertices} losses whose cheapest batch lies among the batches",
            $"{accepted.Length} of {contours.Length}" + Reasons(contours),
            "train smaller and larger batches, or longer");
        problems.Require(
            accepted.Length < LeastVertices || accepted.Select(contour => contour.Loss).Distinct().Count() > 1,
            "the contours", "lowest points at different losses", "one loss", "train longer");
        problems.ThrowIfAny();
        double[] x = [.. accepted.Select(contour => Math.Log(contour.Loss))];
        double[] y = [.. accepted.Select(contour => Math.Log(contour.Vertex!.Value))];
        var (intercept, slope) = Fit.Line(x, y);
        var middle = x.Average();
        var residuals = x.Zip(y, (a, b) => Math.Pow(b - intercept - slope * a, 2)).Sum();
        var error = Math.Sqrt(residuals / (x.Length - 2) / x.Sum(a => (a - middle) * (a - middle)));
        return new BatchLawFit(Math.Exp(intercept), -slope, error, contours);
    }

    private static string Reasons(IReadOnlyList<LossContour> contours)
    {
        var told = contours.Where(contour => contour.Vertex is null)
            .Take(4)
            .Select(contour => FormattableString.Invariant(
                $"{contour.Size} at {contour.Loss:0.###}: {contour.Rejected}"));
        return contours.All(contour => contour.Vertex is not null) ? "" : $" ({string.Join("; ", told)})";
    }
}
