namespace MiniCpmDist.Core.Configuration;

/// <summary>When checkpoints are saved and which are kept.</summary>
public sealed record CheckpointOptions
{
    /// <summary>The only value of <see cref="Keep"/> that there is: nothing is ever deleted.</summary>
    public const string KeepAll = "all";

    /// <summary>Tokens between two checkpoints; null means only at the end.</summary>
    public long? Every { get; init; }

    public string Keep { get; init; } = KeepAll;
}
