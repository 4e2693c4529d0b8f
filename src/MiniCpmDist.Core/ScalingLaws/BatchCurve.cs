namespace MiniCpmDist.Core.ScalingLaws;

/// <summary>The loss of one run over tokens, at one batch.</summary>
/// <param name="Size">What the runs of one size have in common, for messages.</param>
/// <param name="Batch">Tokens of a step.</param>
/// <param name="Points">Tokens and loss, in the order of tokens.</param>
public sealed record BatchCurve(string Size, double Batch, IReadOnlyList<(double Tokens, double Loss)> Points)
{
    /// <summary>
    /// The tokens after which the loss is reached for good; null where it never is. The curve is made monotone first,
    /// from its end: a lucky step does not count.
    /// </summary>
    public double? TokensTo(double loss)
    {
        var reached = Points.Count;
        while (reached > 0 && Points[reached - 1].Loss <= loss)
            reached--;
        if (reached == Points.Count || reached == 0)
            return null;
        var (before, after) = (Points[reached - 1], Points[reached]);
        // Between two measurements the logarithm of tokens is linear in the loss.
        var share = before.Loss == after.Loss ? 1 : (before.Loss - loss) / (before.Loss - after.Loss);
        return Math.Exp(Math.Log(before.Tokens) + share * (Math.Log(after.Tokens) - Math.Log(before.Tokens)));
    }
}
