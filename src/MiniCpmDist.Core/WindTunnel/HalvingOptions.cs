namespace MiniCpmDist.Core.WindTunnel;

/// <summary>
/// Successive halving (Jamieson and Talwalkar, AISTATS 2016): all trials are short first, and the best share of them
/// goes on, again and again.
/// </summary>
/// <param name="Factor">One of so many goes on, and becomes so many times as long.</param>
/// <param name="Rungs">Lengths, the whole one included; at least two.</param>
/// <param name="Check">Trials that were given up and are trained to their end nevertheless, to see whether that was
/// right.</param>
public sealed record HalvingOptions(int Factor, int Rungs, int Check)
{
    /// <summary>The length of a rung as a divisor of the whole one.</summary>
    /// <param name="rung">From 0, the shortest.</param>
    public long DivisorOf(int rung)
    {
        var divisor = 1L;
        for (var i = rung; i < Rungs - 1; i++)
            divisor *= Factor;
        return divisor;
    }

    /// <summary>How many trials reach a rung.</summary>
    /// <param name="trials">All.</param>
    /// <param name="rung">From 0.</param>
    public int CountAt(int trials, int rung)
    {
        var count = trials;
        for (var i = 0; i < rung; i++)
            count = (count + Factor - 1) / Factor;
        return count;
    }

    /// <summary>The trials that go on: the best by their loss, and of equal ones the earlier.</summary>
    /// <param name="losses">Of the trials that have reached the rung, by number; not finite for one that diverged,
    /// which never goes on.</param>
    /// <param name="count">How many go on at most.</param>
    public static IReadOnlyList<int> Best(IReadOnlyDictionary<int, double> losses, int count) =>
    [
        .. losses.Where(trial => double.IsFinite(trial.Value))
            .OrderBy(trial => trial.Value)
            .ThenBy(trial => trial.Key)
            .Take(count)
            .Select(trial => trial.Key)
            .Order(),
    ];

    /// <summary>The trials that reach the last rung because they are good.</summary>
    /// <param name="losses">After the last rung but one, by number.</param>
    /// <param name="trials">All.</param>
    public IReadOnlyList<int> Finalists(IReadOnlyDictionary<int, double> losses, int trials) =>
        Best(losses, CountAt(trials, Rungs - 1));

    /// <summary>
    /// The trials that are trained to their end although they were given up: equally far apart in the order of their
    /// losses after the first rung, from the best of them to the worst.
    /// </summary>
    /// <param name="losses">After the first rung, by number.</param>
    /// <param name="kept">Those that were not given up.</param>
    public IReadOnlyList<int> Checked(IReadOnlyDictionary<int, double> losses, IReadOnlyCollection<int> kept)
    {
        var givenUp = losses.Where(trial => double.IsFinite(trial.Value) && !kept.Contains(trial.Key))
            .OrderBy(trial => trial.Value)
            .ThenBy(trial => trial.Key)
            .Select(trial => trial.Key)
            .ToList();
        var count = Math.Min(Check, givenUp.Count);
        return
        [
            .. Enumerable.Range(0, count)
                .Select(i => givenUp[count == 1 ? 0 : i * (givenUp.Count - 1) / (count - 1)])
                .Order(),
        ];
    }
}
