namespace MiniCpmDist.Core.Control;

/// <summary>What the stages and the law of a batch plan remember from step to step; a checkpoint keeps it.</summary>
/// <param name="SeenTokens">Stages up to this place have acted.</param>
/// <param name="Loss">The smoothed training loss; null before the first step that counts.</param>
public sealed record BatchState(long SeenTokens, double? Loss)
{
    /// <summary>The state of a run that has not begun.</summary>
    public static BatchState Start { get; } = new(0, null);
}
