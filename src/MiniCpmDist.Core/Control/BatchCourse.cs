using System.Globalization;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Control;

/// <summary>
/// The changes of the token batch that nobody asks for: preset stages, or a law of the loss. They are a function of the
/// run's own numbers, so that all ranks, a resumed run and a replay change at the same step without a message.
/// </summary>
public static class BatchCourse
{
    /// <summary>Takes a step's loss into the smoothed one.</summary>
    /// <param name="state">Before the step.</param>
    /// <param name="loss">Mean over the tokens that the law looks at, in nats.</param>
    /// <param name="stepTokens">Of the step: a large one says more than a small one.</param>
    /// <param name="law">Says over how many tokens to smooth.</param>
    public static BatchState Smooth(BatchState state, double loss, long stepTokens, BatchLaw law)
    {
        if (state.Loss is not { } before)
            return state with { Loss = loss };
        var kept = Math.Exp(-(double)stepTokens / law.Smoothing);
        return state with { Loss = kept * before + (1 - kept) * loss };
    }

    /// <summary>The token batch that the law asks for at a loss: whole micro-batches within its limits.</summary>
    public static long Wanted(BatchLaw law, double loss, long unit)
    {
        var units = Math.Round(law.Scale / Math.Pow(loss, law.Exponent) / unit);
        // A loss near zero asks for more than a whole number can say.
        return Math.Clamp((long)Math.Min(units, law.Max / unit) * unit, law.Min, law.Max);
    }

    /// <summary>
    /// What the plan changes between two steps. Asked a second time at the same place, it changes nothing.
    /// </summary>
    /// <returns>The change and its cause in words; null for none.</returns>
    public static (RunCommand.SetTokenBatch? Change, string Cause, BatchState State) Next(
        LiveSchedule now, long tokens, BatchState state)
    {
        var seen = state with { SeenTokens = tokens };
        var (change, cause) = now.Options.Batches.Law is { } law
            ? OfLaw(now, tokens, state, law)
            : OfStages(now, tokens, state);
        var inDecay = ScheduleChange.PhaseAfter(now, tokens) == PhaseKind.Decay;
        // The decay has a learning rate of its own, which no batch may touch.
        var acts = change is not null && change.Tokens != now.Options.TokenBatch
            && !(inDecay && change.Rule != LearningRateRule.None);
        return acts ? (change, cause, seen) : (null, "", seen);
    }

    private static (RunCommand.SetTokenBatch? Change, string Cause) OfStages(
        LiveSchedule now, long tokens, BatchState state)
    {
        var stage = now.Options.Batches.Stages.LastOrDefault(
            stage => stage.From > state.SeenTokens && stage.From <= tokens);
        return stage is null
            ? (null, "")
            : (
                new RunCommand.SetTokenBatch(stage.TokenBatch, stage.Rule),
                $"the stage from {Extent.OfTokens(stage.From)}");
    }

    private static (RunCommand.SetTokenBatch? Change, string Cause) OfLaw(
        LiveSchedule now, long tokens, BatchState state, BatchLaw law)
    {
        if (state.Loss is not { } loss || ScheduleChange.PhaseAfter(now, tokens) == PhaseKind.Decay)
            return (null, "");
        var (wanted, current) = (Wanted(law, loss, now.BatchUnit), now.Options.TokenBatch);
        var edge = 1 + law.Hysteresis;
        return wanted >= current * edge || wanted * edge <= current
            ? (
                new RunCommand.SetTokenBatch(wanted, law.Rule),
                string.Create(CultureInfo.InvariantCulture, $"the law at a smoothed loss of {loss:0.0000}"))
            : (null, "");
    }
}
