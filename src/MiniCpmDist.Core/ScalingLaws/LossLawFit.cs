using MathNet.Numerics.LinearAlgebra;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Randomness;

namespace MiniCpmDist.Core.ScalingLaws;

/// <summary>A law that was fitted to decayed runs, and what other samples of runs would have given.</summary>
/// <param name="Law">The fitted law.</param>
/// <param name="Points">The runs.</param>
/// <param name="Resampled">Laws of bootstrap samples of the runs; those that a sample does not determine are left
/// out.</param>
public sealed record LossLawFit(LossLaw Law, IReadOnlyList<ScalingPoint> Points, IReadOnlyList<LossLaw> Resampled)
{
    /// <summary>The share of resampled values that an interval holds.</summary>
    public const double Coverage = 0.9;

    /// <summary>Fewer sizes, or numbers of tokens, cannot tell their effect.</summary>
    public const int LeastSizes = 3;

    private const int LeastPoints = 6;
    private const double LeastSingularValue = 1e-7;
    private static readonly double[] s_exponents = [0.1, 0.3, 0.6, 1.2];
    private static readonly double[] s_irreducible = [0, 0.3, 0.6, 0.9];

    /// <summary>Root mean square of log L̂ - log L: about the relative error.</summary>
    public double RelativeError => Math.Sqrt(Points.Average(point =>
        Math.Pow(Math.Log(Law.Loss(point.Parameters, point.Tokens) / point.Loss), 2)));

    /// <summary>Fits the law.</summary>
    /// <param name="points">Runs of at least three sizes and three numbers of tokens, six in all.</param>
    /// <param name="resamples">Bootstrap samples.</param>
    /// <param name="seed">Of the samples.</param>
    /// <exception cref="ConfigurationException">The runs cannot tell the law's five numbers apart.</exception>
    public static LossLawFit Of(IReadOnlyList<ScalingPoint> points, int resamples, ulong seed)
    {
        RequireDesign(points);
        var law = Fit(points, AllStarts(points));
        if (law is null || !IsDetermined(law, points))
        {
            throw new ConfigurationException([new Problem(
                "the runs", "runs that tell the effects of size and of tokens apart",
                "runs to which different laws fit equally well",
                "add runs: smaller and larger models, each with few and with many tokens")]);
        }
        return new LossLawFit(law, points, [.. Resample(points, law, resamples, seed)]);
    }

    /// <summary>The interval of a value over the resampled laws.</summary>
    public (double Low, double High) IntervalOf(Func<LossLaw, double> value)
    {
        var values = Resampled.Select(value).Order().ToList();
        return values.Count == 0
            ? (double.NaN, double.NaN)
            : (Quantile((1 - Coverage) / 2), Quantile((1 + Coverage) / 2));

        // Linear between neighbours, as numpy has it (R's type 7).
        double Quantile(double share)
        {
            var at = share * (values.Count - 1);
            var below = (int)at;
            return below + 1 == values.Count
                ? values[below]
                : values[below] + (at - below) * (values[below + 1] - values[below]);
        }
    }

    private static void RequireDesign(IReadOnlyList<ScalingPoint> points)
    {
        var problems = new ProblemCollector();
        var sizes = points.Select(point => point.Parameters).Distinct().Count();
        var tokens = points.Select(point => Math.Round(Math.Log(point.Tokens), 3)).Distinct().Count();
        var ratios = points
            .Select(point => Math.Round(Math.Log(point.Tokens / point.Parameters), 2))
            .Distinct()
            .Count();
        problems.Require(
            points.Count >= LeastPoints, "the runs", $"at least {LeastPoints} decayed runs", $"{points.Count}",
            "train more sizes, or decay at more places");
        problems.Require(
            sizes >= LeastSizes, "the runs", $"at least {LeastSizes} model sizes", $"{sizes}",
            "train other sizes: one size says nothing about the effect of size");
        problems.Require(
            tokens >= LeastSizes, "the runs", $"at least {LeastSizes} numbers of tokens", $"{tokens}",
            "decay at more places of each trunk");
        problems.Require(
            ratios > 1 || points.Count < LeastPoints, "the runs", "more than one ratio of tokens to parameters",
            "the same ratio in all runs", "decay at more places of each trunk");
        var unusable = points.Where(point => !(point.Loss > 0) || !double.IsFinite(point.Loss)).ToList();
        problems.Require(
            unusable.Count == 0, string.Join(", ", unusable.Select(point => point.Run)), "a loss above zero",
            "none, or one that is not finite", "leave the run out");
        problems.ThrowIfAny();
    }

    private static LossLaw? Fit(IReadOnlyList<ScalingPoint> points, IEnumerable<double[]> starts)
    {
        // Sizes and tokens relative to their geometric means: otherwise scale and exponent move together, and no search
        // finds the bottom of the valley.
        var (size, data) = (GeometricMean(points, p => p.Parameters), GeometricMean(points, p => p.Tokens));
        var logs = points.Select(point => (Math.Log(point.Parameters / size), Math.Log(point.Tokens / data))).ToList();
        var losses = points.Select(point => point.Loss).ToList();
        var (least, most) = (losses.Min(), losses.Max());
        double[] lower = [Math.Log(1e-6 * least), 1e-3, Math.Log(1e-6 * least), 1e-3, 0];
        double[] upper = [Math.Log(2 * most), 2, Math.Log(2 * most), 2, 0.999 * least];
        var found = HuberMinimum.Find(losses, Predict, lower, upper, starts.Select(Within));
        return found is not var (fitted, _)
            ? null
            : new LossLaw(
                Math.Exp(fitted[0]) * Math.Pow(size / LossLaw.Unit, fitted[1]), fitted[1],
                Math.Exp(fitted[2]) * Math.Pow(data / LossLaw.Unit, fitted[3]), fitted[3], fitted[4]);

        double Predict(double[] parameters, int point, double[] slope)
        {
            var (logSize, logData) = logs[point];
            slope[0] = Math.Exp(parameters[0] - parameters[1] * logSize);
            slope[1] = -slope[0] * logSize;
            slope[2] = Math.Exp(parameters[2] - parameters[3] * logData);
            slope[3] = -slope[2] * logData;
            slope[4] = 1;
            return slope[0] + slope[2] + parameters[4];
        }

        double[] Within(double[] start) => [.. start.Select((value, k) => Math.Clamp(value, lower[k], upper[k]))];
    }

    private static IEnumerable<double[]> AllStarts(IReadOnlyList<ScalingPoint> points)
    {
        var (least, mean) = (points.Min(point => point.Loss), points.Average(point => point.Loss));
        foreach (var share in s_irreducible)
        {
            var rest = Math.Log((mean - share * least) / 2);
            foreach (var alpha in s_exponents)
            {
                foreach (var beta in s_exponents)
                    yield return [rest, alpha, rest, beta, share * least];
            }
        }
    }

    /// <summary>
    /// True where the derivatives of the predictions over the five numbers are independent: else some combination of
    /// them could be anything, whatever the search returned.
    /// </summary>
    private static bool IsDetermined(LossLaw law, IReadOnlyList<ScalingPoint> points)
    {
        var (size, data) = (GeometricMean(points, p => p.Parameters), GeometricMean(points, p => p.Tokens));
        var rows = Matrix<double>.Build.Dense(points.Count, 5, (i, k) =>
        {
            var point = points[i];
            var ofSize = law.SizeScale * Math.Pow(point.Parameters / LossLaw.Unit, -law.SizeExponent);
            var ofData = law.DataScale * Math.Pow(point.Tokens / LossLaw.Unit, -law.DataExponent);
            return k switch
            {
                0 => ofSize,
                1 => -ofSize * Math.Log(point.Parameters / size),
                2 => ofData,
                3 => -ofData * Math.Log(point.Tokens / data),
                _ => 1,
            } / point.Loss;
        });
        var values = rows.Svd(computeVectors: false).S;
        return values.Minimum() > LeastSingularValue * values.Maximum();
    }

    private static IEnumerable<LossLaw> Resample(
        IReadOnlyList<ScalingPoint> points, LossLaw law, int resamples, ulong seed)
    {
        var (size, data) = (GeometricMean(points, p => p.Parameters), GeometricMean(points, p => p.Tokens));
        double[] start =
        [
            Math.Log(law.SizeScale * Math.Pow(size / LossLaw.Unit, -law.SizeExponent)), law.SizeExponent,
            Math.Log(law.DataScale * Math.Pow(data / LossLaw.Unit, -law.DataExponent)), law.DataExponent,
            law.Irreducible,
        ];
        for (var sample = 0; sample < resamples; sample++)
        {
            var drawn = Enumerable.Range(0, points.Count)
                .Select(i => CounterRandom.UInt64(seed, "bootstrap", (ulong)(sample * points.Count + i)))
                .Select(word => points[(int)(word % (ulong)points.Count)])
                .ToList();
            if (drawn.Select(point => point.Parameters).Distinct().Count() < LeastSizes)
                continue;
            if (Fit(drawn, [start]) is { } found && IsDetermined(found, drawn))
                yield return found;
        }
    }

    private static double GeometricMean(IEnumerable<ScalingPoint> points, Func<ScalingPoint, double> value) =>
        Math.Exp(points.Average(point => Math.Log(value(point))));
}
