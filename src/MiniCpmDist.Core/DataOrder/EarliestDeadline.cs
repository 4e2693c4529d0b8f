namespace MiniCpmDist.Core.DataOrder;

/// <summary>
/// Takes sequences from sources so that at every moment each source has had its share to within less than one sequence
/// (R. Tijdeman, The chairman assignment problem, Discrete Mathematics 32, 1980).
/// </summary>
/// <remarks>
/// Of k sources with shares w_i, the one to read at time t = 1, 2, ... is, among those with
/// w_i·t - n_i &gt;= 1/(2k-2), where n_i counts how often it was read, the one with the earliest deadline
/// (n_i + 1 - 1/(2k-2)) / w_i; the first in the list where two are equal. Then |n_i - w_i·t| &lt;= 1 - 1/(2k-2) at all
/// times. Computed in integers, so that it is the same on every machine.
/// </remarks>
public static class EarliestDeadline
{
    /// <summary>The source to read next.</summary>
    /// <param name="weights">Shares in any unit, 0 for a source that is not read; at least one is positive.</param>
    /// <param name="counts">How often each source was read since these weights came into force.</param>
    public static int Next(ReadOnlySpan<long> weights, ReadOnlySpan<long> counts)
    {
        Int128 total = 0, time = 1;
        var (positive, only) = (0, -1);
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] <= 0)
                continue;
            total += weights[i];
            time += counts[i];
            (positive, only) = (positive + 1, i);
        }
        if (positive == 0)
            throw new ArgumentException("Expected a weight above zero, found none.", nameof(weights));
        return positive == 1 ? only : Earliest(weights, counts, total, time, 2 * positive - 2);
    }

    private static int Earliest(
        ReadOnlySpan<long> weights, ReadOnlySpan<long> counts, Int128 total, Int128 time, Int128 scale)
    {
        var best = -1;
        Int128 bestDeadline = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            var isEligible = weights[i] > 0 && scale * (weights[i] * time - counts[i] * total) >= total;
            if (!isEligible)
                continue;
            var deadline = scale * (counts[i] + (Int128)1) - 1;      // times scale / w_i
            if (best < 0 || deadline * weights[best] < bestDeadline * weights[i])
                (best, bestDeadline) = (i, deadline);
        }
        return best;
    }
}
