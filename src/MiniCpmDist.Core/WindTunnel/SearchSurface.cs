using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace MiniCpmDist.Core.WindTunnel;

/// <summary>
/// What the trials of a search say of the loss in places that none of them has tried: a Gaussian process with a Matérn
/// kernel of 5/2, a length for each parameter, and noise (Rasmussen and Williams 2006, sections 2.2, 4.2 and 5.4).
/// Lengths and noise are those of a grid with the largest marginal likelihood. The smoother squared exponential kernel
/// is too sure of itself: on planted bowls two of its deviations hold 90 % of the places instead of 95 %.
/// </summary>
public sealed class SearchSurface
{
    /// <summary>Fewer trials do not tell lengths.</summary>
    public const int LeastTrials = 6;

    // The work grows with the cube of the trials.
    private const int MostTrials = 200;
    private const int Sweeps = 3;
    private static readonly double[] s_lengths = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2];
    private static readonly double[] s_noises = [1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1];

    private readonly List<double[]> _places;
    private readonly double[] _lengths;
    private readonly double _mean;
    private readonly Fitted _fitted;

    private SearchSurface(List<double[]> places, double[] lengths, double mean, Fitted fitted) =>
        (_places, _lengths, _mean, _fitted) = (places, lengths, mean, fitted);

    /// <summary>The place of the trial with the lowest estimate.</summary>
    public double[] Best => _places.MinBy(place => At(place).Loss)!;

    /// <summary>Standard deviation of a trial's loss around the surface.</summary>
    public double Noise => Math.Sqrt(_fitted.Scale * _fitted.NoiseShare);

    /// <summary>Fits the surface.</summary>
    /// <param name="trials">At least <see cref="LeastTrials"/>, in the unit cube; one that diverged counts as the worst
    /// that did not. Of very many the best are taken.</param>
    /// <returns>Null where the trials are too few.</returns>
    public static SearchSurface? Of(IReadOnlyList<(double[] Place, double Loss)> trials)
    {
        var finite = trials.Where(trial => double.IsFinite(trial.Loss)).ToList();
        if (finite.Count < LeastTrials)
            return null;
        var worst = finite.Max(trial => trial.Loss);
        var taken = trials
            .Select(trial => (trial.Place, Loss: double.IsFinite(trial.Loss) ? trial.Loss : worst))
            .OrderBy(trial => trial.Loss)
            .Take(MostTrials)
            .ToList();
        var places = taken.ConvertAll(trial => trial.Place);
        var mean = taken.Average(trial => trial.Loss);
        var losses = Vector<double>.Build.DenseOfEnumerable(taken.Select(trial => trial.Loss - mean));
        var lengths = Enumerable.Repeat(0.8, places[0].Length).ToArray();
        var best = Fit(places, losses, lengths, 1e-2);
        // One parameter after the other: a grid over all of them would have thousands of points.
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            for (var k = 0; k < lengths.Length; k++)
            {
                foreach (var length in s_lengths)
                {
                    var other = lengths.ToArray();
                    other[k] = length;
                    if (Fit(places, losses, other, best.NoiseShare) is var one && one.Likelihood > best.Likelihood)
                        (best, lengths) = (one, other);
                }
            }
            foreach (var noise in s_noises)
            {
                if (Fit(places, losses, lengths, noise) is var one && one.Likelihood > best.Likelihood)
                    best = one;
            }
        }
        return new SearchSurface(places, lengths, mean, best);
    }

    /// <summary>The estimate at a place of the unit cube, and its standard deviation without a trial's noise.</summary>
    public (double Loss, double Deviation) At(IReadOnlyList<double> place)
    {
        var near = Vector<double>.Build.DenseOfEnumerable(_places.Select(one => Kernel(one, place, _lengths)));
        var known = near * _fitted.Kernel.Solve(near);
        return (_mean + near * _fitted.Weights, Math.Sqrt(_fitted.Scale * Math.Max(0, 1 - known)));
    }

    /// <summary>The estimates along one parameter, with the others as in <see cref="Best"/>.</summary>
    /// <param name="parameter">Its index.</param>
    /// <param name="count">Places, equally far apart, at least two.</param>
    public IReadOnlyList<(double Unit, double Loss, double Deviation)> Slice(int parameter, int count)
    {
        var place = Best.ToArray();
        return
        [
            .. Enumerable.Range(0, count).Select(i =>
            {
                place[parameter] = (double)i / (count - 1);
                var (loss, deviation) = At(place);
                return (place[parameter], loss, deviation);
            }),
        ];
    }

    private static Fitted Fit(
        List<double[]> places, Vector<double> losses, double[] lengths, double noiseShare)
    {
        var kernel = Matrix<double>.Build.Dense(
            places.Count, places.Count,
            (i, j) => Kernel(places[i], places[j], lengths) + (i == j ? noiseShare : 0));
        var factor = kernel.Cholesky();
        var weights = factor.Solve(losses);
        // The scale with the largest likelihood follows from the rest. Losses that are all equal have none.
        var scale = Math.Max(losses * weights / places.Count, double.Epsilon);
        var likelihood = -places.Count * Math.Log(scale) / 2 - factor.DeterminantLn / 2;
        return new Fitted(factor, weights, scale, noiseShare, likelihood);
    }

    private static double Kernel(double[] one, IReadOnlyList<double> other, double[] lengths)
    {
        var sum = 0.0;
        for (var k = 0; k < one.Length; k++)
            sum += Math.Pow((one[k] - other[k]) / lengths[k], 2);
        var distance = Math.Sqrt(5 * sum);
        return (1 + distance + distance * distance / 3) * Math.Exp(-distance);
    }

    private sealed record Fitted(
        Cholesky<double> Kernel, Vector<double> Weights, double Scale, double NoiseShare, double Likelihood);
}
