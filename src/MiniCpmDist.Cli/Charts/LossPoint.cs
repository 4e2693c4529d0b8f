namespace MiniCpmDist.Cli.Charts;

/// <summary>A loss in nats per token, measured when so many tokens of the token axis had been read.</summary>
internal readonly record struct LossPoint(long Tokens, double Loss);
