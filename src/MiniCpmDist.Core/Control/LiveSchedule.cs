using MiniCpmDist.Core.Configuration;
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
    /// <summary>The schedule of a configuration that no command has touched.</summary>
    public static LiveSchedule Of(RunOptions options) => new(
        options.Schedule,
        (long)options.Data.SequenceLength * options.Parallel.MicroBatch,
        [.. options.Data.Sources.Select(source => new SourceShare(source.Name, source.StableWeight))],
        [.. options.Data.Sources.Select(source => new SourceShare(source.Name, source.DecayWeight))]);

    /// <summary>A configuration with this schedule and mixture; those of its sources that have no share get
    /// none.</summary>
    public RunOptions In(RunOptions options) => options with
    {
        Schedule = Options,
        Data = options.Data with
        {
            Sources =
            [
                .. options.Data.Sources.Select(source => source with
                {
                    StableWeight = WeightOf(source.Name, Stable),
                    DecayWeight = WeightOf(source.Name, Decay),
                }),
            ],
        },
    };

    /// <summary>The learning rate and the end of the run as seen from a position.</summary>
    /// <param name="tokens">Sequence positions consumed: the end of a step, or 0.</param>
    public LearningRateSchedule From(long tokens) => LearningRateSchedule.From(Options, tokens);

    /// <summary>Steps that are left after so many tokens, if no more is changed; null where the end is open.</summary>
    public long? StepsAfter(long tokens)
    {
        if (Options.StableIsOpen)
            return null;
        var end = Options.Warmup + Options.Stable + Options.Decay;
        var (steps, batch, position) = (0L, Options.TokenBatch, tokens);
        foreach (var stage in Options.Batches.Stages.Where(stage => stage.From > tokens && stage.From < end))
        {
            Walk(stage.From);
            batch = stage.TokenBatch;
        }
        Walk(end);
        return steps;

        void Walk(long to)
        {
            var count = Math.Max(0, (to - position + batch - 1) / batch);
            (steps, position) = (steps + count, position + count * batch);
        }
    }

    /// <summary>The mixture of a phase.</summary>
    public IReadOnlyList<SourceShare> Shares(PhaseKind phase) => phase == PhaseKind.Decay ? Decay : Stable;

    public bool Equals(LiveSchedule? other) =>
        other is not null && Options == other.Options && BatchUnit == other.BatchUnit
        && Stable.SequenceEqual(other.Stable) && Decay.SequenceEqual(other.Decay);

    public override int GetHashCode() => HashCode.Combine(Options, BatchUnit);

    private static long WeightOf(string source, IReadOnlyList<SourceShare> shares) =>
        shares.FirstOrDefault(share => share.Source == source)?.Weight ?? 0;
}
