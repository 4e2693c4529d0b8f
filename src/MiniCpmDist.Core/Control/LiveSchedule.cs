using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Core.Control;

/// <summary>
/// The schedule that a run follows: what its configuration says and what commands have made of it. Everything that
/// the next step takes from the schedule is in here; a checkpoint keeps it.
/// </summary>
/// <param name="Options">Learning rate, phases and token batch in force.</param>
/// <param name="BatchUnit">Tokens of one micro-batch: token batches are multiples of it.</param>
/// <param name="Stable">The mixture of warmup and stable phase: all sources, in the order of the run.</param>
/// <param name="Decay">The mixture of the decay.</param>
public sealed record LiveSchedule(
    ScheduleOptions Options, long BatchUnit, IReadOnlyList<SourceShare> Stable, IReadOnlyList<SourceShare> Decay)
{
    /// <summary>The learning rate and the end of the run as seen from a position.</summary>
    /// <param name="tokens">Sequence positions consumed: the end of a step, or 0.</param>
    public LearningRateSchedule From(long tokens) => LearningRateSchedule.From(Options, tokens);

    /// <summary>Steps that are left after so many tokens, if no more is changed; null where the end is open.</summary>
    public long? StepsAfter(long tokens) => EndAfter(tokens)?.Steps;

    /// <summary>
    /// Steps that are left after so many tokens, and the tokens at the end of the last of them; null where the end is
    /// open.
    /// </summary>
    public (long Steps, long Tokens)? EndAfter(long tokens) => Options.StableIsOpen
        ? null
        : Walk(tokens).To(Options.Warmup + Options.Stable + Options.Decay);

    /// <summary>The steps from the position on, with the batches that the stages ahead of it set.</summary>
    public StepWalk Walk(long tokens) => new(tokens, Options.TokenBatch, Options.Batches.Stages);

    /// <summary>
    /// The steps from a place that lies ahead. Stages between the position and that place have acted by then.
    /// </summary>
    /// <param name="tokens">Sequence positions consumed.</param>
    /// <param name="start">At the position or after it.</param>
    public StepWalk WalkFrom(long tokens, long start)
    {
        BatchStage[] ahead = [.. Options.Batches.Stages.Where(stage => stage.From > tokens)];
        return StepWalk.At(start, Options.TokenBatch, ahead);
    }

    /// <summary>The mixture of a phase.</summary>
    public IReadOnlyList<SourceShare> Shares(PhaseKind phase) => phase == PhaseKind.Decay ? Decay : Stable;

    public bool Equals(LiveSchedule? other) =>
        other is not null && Options == other.Options && BatchUnit == other.BatchUnit
        && Stable.SequenceEqual(other.Stable) && Decay.SequenceEqual(other.Decay);

    public override int GetHashCode() => HashCode.Combine(Options, BatchUnit);
}
