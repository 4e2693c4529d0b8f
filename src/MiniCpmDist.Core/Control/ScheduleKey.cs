using System.Globalization;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Core.Control;

/// <summary>A key of the configuration that a command can change too, with what it decides of a schedule.</summary>
/// <param name="Name">As in <c>run.yaml</c>; the unit in which changes are journaled and settled.</param>
/// <param name="Text">Its value, for people.</param>
/// <param name="Take">The first schedule with this key's value of the second.</param>
internal sealed record ScheduleKey(
    string Name, Func<LiveSchedule, string> Text, Func<LiveSchedule, LiveSchedule, LiveSchedule> Take)
{
    private const string LearningRate = "schedule.learning_rate";
    private const string Stable = "schedule.stable";
    private const string TokenBatch = "schedule.token_batch";
    private const string StableMixture = "data.sources (stable)";
    private const string DecayMixture = "data.sources (decay)";

    public static IReadOnlyList<ScheduleKey> All { get; } =
    [
        Of(LearningRate, options => Number(options.LearningRate),
            (to, from) => to with { LearningRate = from.LearningRate }),
        Of(Stable, options => options.StableIsOpen ? ScheduleWords.UntilTold : Tokens(options.Stable),
            (to, from) => to with { Stable = from.Stable, StableIsOpen = from.StableIsOpen }),
        Of("schedule.decay", options => options.OpenDecay?.ToString() ?? Tokens(options.Decay),
            (to, from) => to with { Decay = from.Decay, OpenDecay = from.OpenDecay }),
        Of("schedule.decay_shape", options => ScheduleText.Of(options.DecayShape),
            (to, from) => to with { DecayShape = from.DecayShape }),
        Of("schedule.half_life", options => options.HalfLife is { } length ? Tokens(length) : "null",
            (to, from) => to with { HalfLife = from.HalfLife }),
        Of("schedule.final_ratio", options => Number(options.FinalRatio),
            (to, from) => to with { FinalRatio = from.FinalRatio }),
        Of(TokenBatch, options => Tokens(options.TokenBatch), (to, from) => to with { TokenBatch = from.TokenBatch }),
        Of("schedule.batch_stages", options => Stages(options.Batches),
            (to, from) => to with { Batches = to.Batches with { Stages = from.Batches.Stages } }),
        Of("schedule.batch_law", options => options.Batches.Law?.ToString() ?? "null",
            (to, from) => to with { Batches = to.Batches with { Law = from.Batches.Law } }),
        new(StableMixture, now => Mixture(now.Stable), (to, from) => to with { Stable = from.Stable }),
        new(DecayMixture, now => Mixture(now.Decay), (to, from) => to with { Decay = from.Decay }),
    ];

    /// <summary>The key that somebody would have edited instead of sending this command; null for none.</summary>
    public static string? SetBy(RunCommand command) => command switch
    {
        RunCommand.SetLearningRate => LearningRate,
        RunCommand.SetTokenBatch => TokenBatch,
        RunCommand.BeginDecay or RunCommand.ExtendStable => Stable,
        RunCommand.SetMixture { Phase: PhaseKind.Decay } => DecayMixture,
        RunCommand.SetMixture => StableMixture,
        _ => null,
    };

    private static ScheduleKey Of(
        string name,
        Func<ScheduleOptions, string> text,
        Func<ScheduleOptions, ScheduleOptions, ScheduleOptions> take) =>
        new(name, now => text(now.Options), (to, from) => to with { Options = take(to.Options, from.Options) });

    // Sources without a share do not count: a source may be added to the file before anything reads it.
    private static string Mixture(IReadOnlyList<SourceShare> shares) => string.Join(
        ", ",
        shares.Where(share => share.Weight > 0).OrderBy(share => share.Source, StringComparer.Ordinal)
            .Select(share => $"{share.Source} {SourceWeight.Write(share.Weight)}"));

    private static string Stages(BatchPlan plan) => plan.Stages.Count == 0
        ? "null"
        : string.Join(
            ", ",
            plan.Stages.Select(stage =>
                $"{Tokens(stage.TokenBatch)} from {Tokens(stage.From)} ({ScheduleText.Of(stage.Rule)})"));

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Tokens(long tokens) => string.Create(CultureInfo.InvariantCulture, $"{tokens} tokens");
}
