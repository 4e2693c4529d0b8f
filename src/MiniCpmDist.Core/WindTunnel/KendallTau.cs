namespace MiniCpmDist.Core.WindTunnel;

/// <summary>Kendall's tau: whether two measurements put the same things into the same order.</summary>
public static class KendallTau
{
    /// <summary>
    /// Of all pairs, the share that both put into one order less the share that they put into opposite
    /// ones. 1 for the same order, -1 for the reverse; a pair that is equal in one of them counts for neither.
    /// </summary>
    /// <param name="pairs">Both measurements of each thing, at least two things.</param>
    public static double Of(IReadOnlyList<(double First, double Second)> pairs)
    {
        var (sum, all) = (0, 0);
        for (var i = 0; i < pairs.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                sum += Math.Sign(pairs[i].First - pairs[j].First) * Math.Sign(pairs[i].Second - pairs[j].Second);
                all++;
            }
        }
        return (double)sum / all;
    }
}
