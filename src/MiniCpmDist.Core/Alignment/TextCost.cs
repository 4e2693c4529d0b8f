namespace MiniCpmDist.Core.Alignment;

/// <summary>What alignment has cost on plain text.</summary>
/// <param name="Source">The source of the text.</param>
/// <param name="Before">The reference's loss, in nats per token.</param>
/// <param name="After">The loss of the run's model.</param>
public sealed record TextCost(string Source, double Before, double After)
{
    /// <summary>The difference of both.</summary>
    public double Cost => After - Before;
}
