using MiniCpmDist.Core.Formats;

namespace MiniCpmDist.Core.Generation;

/// <summary>How the next token is picked from a model's scores.</summary>
/// <param name="Temperature">0 takes the likeliest token; 1 samples from the model's own distribution.</param>
/// <param name="TopK">Only the k likeliest tokens are sampled from; 0 means all.</param>
/// <param name="TopP">Of these, only the likeliest that together have this probability; 1 means all.</param>
public sealed record TokenSampling(
    double Temperature = StandardSampling.Temperature, int TopK = StandardSampling.TopK, double TopP = 1)
{
    private const int UniformShift = 11;    // 53 bits are left, as many as a double holds

    /// <summary>Picks a token.</summary>
    /// <param name="scores">Of all tokens, finite.</param>
    /// <param name="random">A word of random bits; the same word gives the same token.</param>
    public int Pick(IReadOnlyList<double> scores, ulong random)
    {
        ArgumentNullException.ThrowIfNull(scores);
        // Equal scores keep their order, so that the lowest id comes first.
        var candidates = Enumerable.Range(0, scores.Count).OrderByDescending(id => scores[id]).AsEnumerable();
        if (Temperature <= 0)
            return candidates.First();
        if (TopK > 0)
            candidates = candidates.Take(TopK);
        var kept = candidates.ToArray();
        var weights = kept.Select(id => Math.Exp((scores[id] - scores[kept[0]]) / Temperature)).ToArray();
        var count = TopP < 1 ? Likeliest(weights) : kept.Length;
        var threshold = (random >> UniformShift) * (1.0 / (1L << 53)) * weights.Take(count).Sum();
        for (var i = 0; i < count; i++)
        {
            threshold -= weights[i];
            if (threshold < 0)
                return kept[i];
        }
        return kept[count - 1];
    }

    private int Likeliest(double[] weights)
    {
        var (wanted, sum) = (TopP * weights.Sum(), 0.0);
        for (var i = 0; i < weights.Length; i++)
        {
            sum += weights[i];
            if (sum >= wanted)
                return i + 1;
        }
        return weights.Length;
    }
}
