using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Schedules;

/// <summary>
/// The learning rate as a function of tokens. It is asked with the tokens at the <em>end</em> of a step: step 1 of W
/// warmup steps has η/W (arXiv 2404.06395, equation 1 with s from 1), and the last step of the decay has its end value.
/// </summary>
public sealed class LearningRateSchedule
{
    private readonly ScheduleOptions _options;
    private readonly double _halfLife;

    private LearningRateSchedule(ScheduleOptions options, long position)
    {
        _options = options;
        WarmupEnd = options.Warmup;
        DecayStart = options.StableIsOpen ? Extent.LongestTokens : options.Warmup + options.Stable;
        var end = options.StableIsOpen ? Extent.LongestTokens : DecayStart + options.Decay;
        TotalTokens = position + WholeSteps(Math.Max(0, end - position), options.TokenBatch);
        // 0.5^(decay / half-life) = final ratio. A ratio of 1 never halves: infinity, and 0.5^0 = 1.
        _halfLife = options.HalfLife ?? (TotalTokens - DecayStart) / -Math.Log2(options.FinalRatio);
    }

    /// <summary>
    /// Where the run ends; the sum of all phases, rounded up to whole steps. Beyond <see
    /// cref="Extent.LongestTokens"/> where the stable phase is open.
    /// </summary>
    public long TotalTokens { get; }

    /// <summary>Last token of the warmup.</summary>
    public long WarmupEnd { get; }

    /// <summary>Last token at the full learning rate; <see cref="TotalTokens"/> or less.</summary>
    public long DecayStart { get; }

    /// <param name="options">The phases.</param>
    /// <param name="position">Tokens of a step's end, from which on the token batch holds: the last step ends a
    /// whole number of batches later.
    /// </param>
    public static LearningRateSchedule From(ScheduleOptions options, long position = 0) => new(options, position);

    /// <summary>The learning rate of the step that ends at this position.</summary>
    public double At(long tokensAtStepEnd)
    {
        var peak = _options.LearningRate;
        return PhaseAt(tokensAtStepEnd) switch
        {
            PhaseKind.Warmup => peak * tokensAtStepEnd / WarmupEnd,
            PhaseKind.Stable => peak,
            PhaseKind.Cosine => peak * HalfCosine(Progress(tokensAtStepEnd, WarmupEnd)),
            _ => peak * Decayed(tokensAtStepEnd),
        };
    }

    /// <summary>The phase of the step that ends at this position.</summary>
    public PhaseKind PhaseAt(long tokensAtStepEnd)
    {
        if (tokensAtStepEnd <= WarmupEnd)
            return PhaseKind.Warmup;
        if (_options.Shape == ScheduleShape.Cosine)
            return PhaseKind.Cosine;
        // Without a decay the rounding up to whole steps belongs to the stable phase.
        return tokensAtStepEnd <= DecayStart || _options.Decay == 0 ? PhaseKind.Stable : PhaseKind.Decay;
    }

    private static long WholeSteps(long tokens, long tokenBatch) => (tokens + tokenBatch - 1) / tokenBatch * tokenBatch;

    private double Decayed(long tokens)
    {
        var (progress, final) = (Progress(tokens, DecayStart), _options.FinalRatio);
        return _options.DecayShape switch
        {
            DecayShape.Exponential => Math.Pow(0.5, (tokens - DecayStart) / _halfLife),
            DecayShape.Linear => 1 - (1 - final) * progress,
            DecayShape.Inverse => 1 / (progress / final + 1 - progress),
            DecayShape.OneMinusSqrt => final + (1 - final) * (1 - Math.Sqrt(progress)),
            _ => HalfCosine(progress),
        };
    }

    /// <summary>1 at the beginning, the final ratio at the end. (The paper's appendix B.1 lacks the half.)</summary>
    private double HalfCosine(double progress) =>
        _options.FinalRatio + (1 - _options.FinalRatio) * (1 + Math.Cos(Math.PI * progress)) / 2;

    private double Progress(long tokens, long start) => Math.Min(1, (double)(tokens - start) / (TotalTokens - start));
}
