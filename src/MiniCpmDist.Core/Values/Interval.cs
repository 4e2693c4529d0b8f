namespace MiniCpmDist.Core.Values;

/// <summary>
/// How far two events of a run lie apart: tokens, or steps. Steps stay steps, whatever becomes of the batch.
/// </summary>
public readonly record struct Interval
{
    private Interval(long count, bool inSteps) => (Count, InSteps) = (Math.Max(1, count), inSteps);

    /// <summary>Tokens or steps, at least one.</summary>
    public long Count { get; }

    public bool InSteps { get; }

    public static Interval OfTokens(long tokens) => new(tokens, inSteps: false);

    public static Interval OfSteps(long steps) => new(steps, inSteps: true);

    /// <summary>A bare number is tokens, as everywhere in a run.</summary>
    public static implicit operator Interval(long tokens) => OfTokens(tokens);

    /// <summary>True where the step that ends here has crossed a multiple of the interval.</summary>
    /// <param name="step">Number of the step, from 1.</param>
    /// <param name="tokens">Sequence positions consumed at its end.</param>
    /// <param name="tokenBatch">Tokens of the step.</param>
    public bool IsCrossed(long step, long tokens, long tokenBatch) =>
        StretchOf(step, tokens) > StretchOf(step - 1, tokens - tokenBatch);

    /// <summary>The index, from 0, of the stretch of this length in which a place lies.</summary>
    public long StretchOf(long step, long tokens) => (InSteps ? step : tokens) / Count;

    /// <summary>Its length while steps have so many tokens.</summary>
    public long InTokens(long tokenBatch) => InSteps ? Count * tokenBatch : Count;
}
