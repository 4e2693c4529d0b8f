using MiniCpmDist.Core.Randomness;

namespace MiniCpmDist.Core.WindTunnel;

/// <summary>
/// Proposes trials by tree-structured Parzen estimators (Bergstra et al., NeurIPS 2011): the next trial is the
/// candidate that is likeliest among the good trials relative to the others. A proposal is a function of the seed and
/// the trials before it, so a search that was killed proposes the same trials again.
/// </summary>
/// <param name="dimensions">Parameters, each in the unit interval.</param>
/// <param name="seed">Of the proposals.</param>
public sealed class ParzenSearch(int dimensions, ulong seed)
{
    /// <summary>Trials before which the estimators know too little; they are drawn evenly.</summary>
    public const int RandomTrials = 10;

    private const double GoodShare = 0.2;
    private const int Candidates = 32;

    /// <summary>The next trial.</summary>
    /// <param name="trials">
    /// The places and losses before it, in order; a loss that is not finite is the worst. Trials that are still trained
    /// are given so, too: the next one keeps away from them.
    /// </param>
    /// <returns>A place in the unit cube.</returns>
    public double[] Next(IReadOnlyList<(double[] Place, double Loss)> trials)
    {
        var number = trials.Count;
        if (number < RandomTrials)
            return [.. Enumerable.Range(0, dimensions).Select(k => Uniform(number, 0, k, 0))];
        var sorted = trials.OrderBy(trial => double.IsFinite(trial.Loss) ? trial.Loss : double.MaxValue).ToList();
        var good = Math.Max(2, (int)Math.Ceiling(GoodShare * trials.Count));
        return
        [
            .. Enumerable.Range(0, dimensions).Select(k =>
            {
                var among = new ParzenDensity(sorted.Take(good).Select(trial => trial.Place[k]));
                var others = new ParzenDensity(sorted.Skip(good).Select(trial => trial.Place[k]));
                return Enumerable.Range(0, Candidates)
                    .Select(candidate => among.Draw(
                        Uniform(number, candidate, k, 0), Uniform(number, candidate, k, 1)))
                    .MaxBy(place => Math.Log(among.At(place)) - Math.Log(others.At(place)));
            }),
        ];
    }

    /// <summary>A trial of a search that learns nothing, for comparison.</summary>
    /// <param name="trial">Its number, from 0.</param>
    public double[] Random(int trial) =>
        [.. Enumerable.Range(0, dimensions).Select(k => Uniform(trial, 0, k, 2))];

    private double Uniform(int trial, int candidate, int dimension, int use)
    {
        var index = (((ulong)trial * Candidates + (ulong)candidate) * (ulong)dimensions + (ulong)dimension) * 3;
        return ((CounterRandom.UInt64(seed, "search", index + (ulong)use) >> 11) + 0.5) / (1UL << 53);
    }
}
