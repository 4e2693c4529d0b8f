using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.ScalingLaws;

/// <summary>
/// The loss of one model over what it was trained with, as a power law a·x^-b + L_0 and as an exponential
/// a·e^(-bx) + L_0 (arXiv 2404.06395, appendix B.2). Each point is the end of a decay.
/// </summary>
/// <param name="Power">a, b and L_0 of the power law, x in units of the largest.</param>
/// <param name="Exponential">a, b and L_0 of the exponential, x in units of the largest.</param>
/// <param name="PowerError">Root mean square of log L̂ - log L of the power law.</param>
/// <param name="ExponentialError">The same of the exponential.</param>
public sealed record ContinuedTraining(
    (double Scale, double Rate, double Limit) Power, (double Scale, double Rate, double Limit) Exponential,
    double PowerError, double ExponentialError)
{
    /// <summary>Three numbers fit three points whatever they are.</summary>
    public const int LeastPoints = 4;

    private static readonly double[] s_rates = [0.1, 0.3, 1, 3];
    private static readonly double[] s_limits = [0, 0.5, 0.8, 0.95, 0.99];

    /// <summary>True where the power law is nearer to the measured losses.</summary>
    public bool PowerLawWins => PowerError <= ExponentialError;

    /// <param name="points">Tokens or operations, and the loss after them.</param>
    /// <exception cref="ConfigurationException">There are too few points.</exception>
    public static ContinuedTraining Of(IReadOnlyList<(double Spent, double Loss)> points)
    {
        var problems = new ProblemCollector();
        var places = points.Select(point => point.Spent).Distinct().Count();
        problems.Require(
            places >= LeastPoints, "the decays of one size", $"at least {LeastPoints} places on the token axis",
            $"{places}", "decay at more places of the trunk");
        problems.ThrowIfAny();
        var largest = points.Max(point => point.Spent);
        double[] spent = [.. points.Select(point => point.Spent / largest)];
        double[] losses = [.. points.Select(point => point.Loss)];
        var power = Fit(losses, (rate, i) => (Math.Pow(spent[i], -rate), -Math.Log(spent[i])));
        var exponential = Fit(losses, (rate, i) => (Math.Exp(-rate * spent[i]), -spent[i]));
        return new ContinuedTraining(power.Law, exponential.Law, power.Error, exponential.Error);
    }

    /// <param name="losses">Measured.</param>
    /// <param name="shape">Of the rate and a point's index: the falling part, and the derivative of its logarithm over
    /// the rate.</param>
    private static ((double Scale, double Rate, double Limit) Law, double Error) Fit(
        double[] losses, Func<double, int, (double Value, double LogSlope)> shape)
    {
        var (least, most) = (losses.Min(), losses.Max());
        double[] lower = [Math.Log(1e-6 * least), 1e-3, 0];
        double[] upper = [Math.Log(20 * most), 20, 0.9999 * least];
        var starts = s_rates.SelectMany(rate => s_limits.Select(share => (double[])
            [Math.Log(Math.Max(most - share * least, 1e-3 * least)), rate, share * least]));
        var (found, _) = HuberMinimum.Find(losses, Predict, lower, upper, starts)
            ?? throw new InvalidOperationException("No search came to an end.");
        var slope = new double[3];
        var error = Math.Sqrt(losses.Select((loss, i) => Math.Pow(Math.Log(Predict(found, i, slope) / loss), 2))
            .Average());
        return ((Math.Exp(found[0]), found[1], found[2]), error);

        double Predict(double[] parameters, int i, double[] gradient)
        {
            var (value, logSlope) = shape(parameters[1], i);
            gradient[0] = Math.Exp(parameters[0]) * value;
            gradient[1] = gradient[0] * logSlope;
            gradient[2] = 1;
            return gradient[0] + parameters[2];
        }
    }
}
