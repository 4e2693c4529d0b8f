namespace MiniCpmDist.Core.Model;

/// <summary>
/// Names of what a step measures of routers; each is a mean over the layers and the tokens of the step.
/// </summary>
public static class RouterMeasures
{
    /// <summary>The balance loss, without its factor; see <see cref="ExpertBalance"/>.</summary>
    public const string Balance = "balance_loss";

    /// <summary>The entropy of the probabilities of a token, in nats.</summary>
    public const string Entropy = "router_entropy";

    /// <summary>The squares of the log-normalizers, without their factor.</summary>
    public const string SquaredNormalizer = "router_z_loss";

    /// <summary>All of them, in order.</summary>
    public static IReadOnlyList<string> All { get; } = [Balance, Entropy, SquaredNormalizer];
}
