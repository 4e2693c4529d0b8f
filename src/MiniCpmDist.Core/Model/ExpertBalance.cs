namespace MiniCpmDist.Core.Model;

/// <summary>
/// The balance loss of a layer: E · Σ f_e · P_e over its E experts, with f_e the share of all assignments that go to an
/// expert and P_e the mean of its probability over tokens, both of the whole step. It is 1 where all experts get the
/// same. No gradient goes through f_e. A model's balance loss is the mean over its layers.
/// </summary>
public static class ExpertBalance
{
    /// <summary>Experts of a model that does not say how many.</summary>
    public const int Experts = 8;

    /// <summary>Experts of a token, where the model does not say.</summary>
    public const int ExpertsPerToken = 2;

    /// <summary>The published factor of the balance loss.</summary>
    public const double Weight = 0.01;

    /// <summary>
    /// The derivative of a layer's part in the training loss by the probability that one token gives each expert.
    /// </summary>
    /// <param name="counts">Assignments of the step to each expert of the layer.</param>
    /// <param name="perToken">Experts that a token takes.</param>
    /// <param name="layers">Layers of the model.</param>
    /// <param name="weight">The factor of the balance loss.</param>
    public static float[] Pulls(ReadOnlySpan<long> counts, int perToken, int layers, double weight)
    {
        var assignments = Total(counts);
        var tokens = assignments / perToken;
        var pulls = new float[counts.Length];
        for (var i = 0; i < pulls.Length && assignments > 0; i++)
            pulls[i] = (float)(weight * counts.Length * counts[i] / ((double)assignments * tokens * layers));
        return pulls;
    }

    /// <summary>What some tokens of the step add to a layer's balance loss.</summary>
    /// <param name="counts">Assignments of the whole step to each expert.</param>
    /// <param name="perToken">Experts that a token takes.</param>
    /// <param name="probabilitySums">The probabilities that these tokens give each expert, added up.</param>
    public static double Part(ReadOnlySpan<long> counts, int perToken, ReadOnlySpan<double> probabilitySums)
    {
        var assignments = Total(counts);
        var sum = 0.0;
        for (var i = 0; i < counts.Length && assignments > 0; i++)
            sum += counts[i] * probabilitySums[i];
        return assignments == 0 ? 0 : counts.Length * sum * perToken / ((double)assignments * assignments);
    }

    private static long Total(ReadOnlySpan<long> counts)
    {
        var total = 0L;
        foreach (var count in counts)
            total += count;
        return total;
    }
}
