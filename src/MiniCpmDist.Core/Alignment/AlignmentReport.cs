namespace MiniCpmDist.Core.Alignment;

/// <summary>What a run of preference optimization has made of its model, measured after its last step.</summary>
/// <param name="Step">Updates done.</param>
/// <param name="Pairs">What the objective measures on held-out pairs, by name; empty where none are held out.</param>
/// <param name="Prompts">Held-out prompts that both models have answered.</param>
/// <param name="Reference">How the reference, which is the parent, has answered them.</param>
/// <param name="Policy">How the run's model has.</param>
/// <param name="KlPerToken">
/// The divergence of the model from its reference, in nats for each token of the model's own answers; null without any.
/// </param>
/// <param name="Text">Losses on held-out text of pre-training, by source; empty where the run has none.</param>
/// <param name="TextNote">Where that text is from, or why nothing was read.</param>
public sealed record AlignmentReport(
    long Step, IReadOnlyDictionary<string, double> Pairs, int Prompts, AnswerLengths Reference, AnswerLengths Policy,
    double? KlPerToken, IReadOnlyList<TextCost> Text, string TextNote)
{
    /// <summary>Name of the file in the run's folder.</summary>
    public const string FileName = "alignment.json";

    /// <summary>
    /// Estimates the divergence from answers that the model has sampled: the mean of r - 1 - log r with r = reference /
    /// policy. Its expectation is the divergence, no term of it is negative, and it varies less than -log r.
    /// </summary>
    /// <param name="policy">The model's losses of its own tokens, in nats.</param>
    /// <param name="reference">The reference's losses of the same tokens.</param>
    /// <returns>The sum over the tokens.</returns>
    public static double DivergenceSum(ReadOnlySpan<float> policy, ReadOnlySpan<float> reference)
    {
        var sum = 0.0;
        for (var i = 0; i < policy.Length; i++)
        {
            var logRatio = (double)policy[i] - reference[i];
            sum += Math.Exp(logRatio) - 1 - logRatio;
        }
        return sum;
    }
}
