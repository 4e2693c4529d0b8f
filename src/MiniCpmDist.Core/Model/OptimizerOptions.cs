namespace MiniCpmDist.Core.Model;

/// <summary>AdamW with decoupled weight decay.</summary>
public sealed record OptimizerOptions
{
    public double Beta1 { get; init; } = 0.9;

    public double Beta2 { get; init; } = 0.95;

    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Multiplied by the learning rate of the parameter's group; no parameter is exempt.</summary>
    public double WeightDecay { get; init; } = 0.1;

    /// <summary>Largest L2 norm of all gradients together; 0 turns clipping off.</summary>
    public double ClipNorm { get; init; } = 1;
}
