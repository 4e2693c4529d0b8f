namespace MiniCpmDist.Core.History;

/// <summary>A loss on held-out text.</summary>
/// <param name="Step">Updates done before it.</param>
/// <param name="Tokens">Sequence positions trained on before it.</param>
/// <param name="Loss">In nats per token.</param>
public readonly record struct HeldOutPoint(long Step, long Tokens, double Loss);
