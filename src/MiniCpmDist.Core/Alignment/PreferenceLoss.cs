namespace MiniCpmDist.Core.Alignment;

/// <summary>The loss of a pair, and how it changes with the log-probabilities of the two answers.</summary>
/// <param name="Loss">In nats for DPO; the square of a difference for IPO.</param>
/// <param name="ByChosen">The derivative by the log-probability sum of the chosen answer.</param>
/// <param name="ByRejected">The derivative by that of the rejected one.</param>
/// <param name="ChosenReward">Beta x (policy - reference) of the chosen answer.</param>
/// <param name="RejectedReward">That of the rejected one.</param>
public readonly record struct PreferenceLoss(
    double Loss, double ByChosen, double ByRejected, double ChosenReward, double RejectedReward)
{
    /// <summary>The difference of the rewards.</summary>
    public double Margin => ChosenReward - RejectedReward;

    /// <summary>Computes the loss of a pair.</summary>
    /// <remarks>
    /// With r = policy - reference and h = r(chosen) - r(rejected): DPO is -(1 - e) log s(beta h) - e log s(-beta h),
    /// IPO is (h - 1 / (2 beta))^2. The SFT term is -weight x chosen / tokens.
    /// </remarks>
    public static PreferenceLoss Of(PreferencePair pair, AlignmentOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var (perChosen, perRejected) = options.IsLengthNormalized
            ? (1.0 / pair.ChosenTokens, 1.0 / pair.RejectedTokens)
            : (1.0, 1.0);
        var chosen = (pair.Chosen - pair.ReferenceChosen) * perChosen;
        var rejected = (pair.Rejected - pair.ReferenceRejected) * perRejected;
        var (loss, slope) = options.Rule == PreferenceRule.Ipo
            ? Ipo(chosen - rejected, options.Beta)
            : Sigmoid(chosen - rejected, options.Beta, options.LabelSmoothing);
        var sft = options.SftWeight / pair.ChosenTokens;
        return new PreferenceLoss(
            loss - sft * pair.Chosen,
            slope * perChosen - sft,
            -slope * perRejected,
            options.Beta * chosen,
            options.Beta * rejected);
    }

    private static (double Loss, double Slope) Ipo(double difference, double beta)
    {
        var distance = difference - 1 / (2 * beta);
        return (distance * distance, 2 * distance);
    }

    private static (double Loss, double Slope) Sigmoid(double difference, double beta, double smoothing)
    {
        var z = beta * difference;
        var loss = (1 - smoothing) * Softplus(-z) + smoothing * Softplus(z);
        return (loss, beta * (smoothing * Logistic(z) - (1 - smoothing) * Logistic(-z)));
    }

    // log(1 + e^x) without overflow; at 0 this is ln 2.
    private static double Softplus(double x) => Math.Max(x, 0) + Log1P(Math.Exp(-Math.Abs(x)));

    private static double Logistic(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    // .NET has no log1p. This form keeps the digits of a small x (Kahan).
    private static double Log1P(double x)
    {
        var sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * x / (sum - 1);
    }
}
