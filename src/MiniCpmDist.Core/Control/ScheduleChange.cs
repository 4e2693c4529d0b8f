using System.Globalization;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Control;

/// <summary>
/// What a command makes of a schedule: warmup, stable and decay as a state machine. Pure, so that the coordinator, a
/// dry run, rank 0, a resumed run and a replay all come to the same result.
/// </summary>
public static class ScheduleChange
{
    /// <summary>Applies a command between two steps.</summary>
    /// <param name="now">The schedule in force.</param>
    /// <param name="tokens">Sequence positions consumed.</param>
    /// <param name="command">A command that has nothing to do with the schedule leaves it as it is.</param>
    /// <returns>The schedule from here on, and what has changed, in words.</returns>
    /// <exception cref="ConfigurationException">The command does not fit the state; it says what would.</exception>
    public static (LiveSchedule After, string Outcome) Apply(LiveSchedule now, long tokens, RunCommand command) =>
        command switch
        {
            RunCommand.SetLearningRate change => SetLearningRate(now, tokens, change),
            RunCommand.SetTokenBatch change => SetTokenBatch(now, tokens, change),
            RunCommand.SetMixture change => SetMixture(now, tokens, change),
            RunCommand.BeginDecay change => BeginDecay(now, tokens, change),
            RunCommand.ExtendStable change => ExtendStable(now, tokens, change),
            _ => (now, ""),
        };

    /// <summary>The phase of the step that begins after so many tokens.</summary>
    public static PhaseKind PhaseAfter(LiveSchedule now, long tokens) =>
        now.From(tokens).PhaseAt(tokens + now.Options.TokenBatch);

    private static (LiveSchedule, string) SetLearningRate(
        LiveSchedule now, long tokens, RunCommand.SetLearningRate change)
    {
        Require(
            change.LearningRate > 0 && double.IsFinite(change.LearningRate), "the learning rate", "a number above zero",
            Text(change.LearningRate), "give such as 0.005");
        RequireBeforeDecay(now, tokens, "set-lr");
        return (
            now with { Options = now.Options with { LearningRate = change.LearningRate } },
            $"learning rate {Text(now.Options.LearningRate)} -> {Text(change.LearningRate)}");
    }

    /// <summary>Whoever sets the batch has it in hand from then on: stages and law would take it out again.</summary>
    private static (LiveSchedule, string) SetTokenBatch(LiveSchedule now, long tokens, RunCommand.SetTokenBatch change)
    {
        var (after, outcome) = Resize(now, tokens, change);
        var hadPlan = now.Options.Batches != BatchPlan.None;
        return hadPlan
            ? (
                after with { Options = after.Options with { Batches = BatchPlan.None } },
                outcome + "; stages or law of the configuration act no more")
            : (after, outcome);
    }

    /// <summary>Another token batch, with what plans the batch left as it is.</summary>
    public static (LiveSchedule After, string Outcome) Resize(
        LiveSchedule now, long tokens, RunCommand.SetTokenBatch change)
    {
        var unit = now.BatchUnit;
        var below = Math.Clamp(change.Tokens, unit, ScheduleOptions.LargestTokenBatch) / unit * unit;
        Require(
            change.Tokens > 0 && change.Tokens % unit == 0 && change.Tokens <= ScheduleOptions.LargestTokenBatch,
            "the token batch",
            $"a multiple of one micro-batch, {unit} tokens, up to {ScheduleOptions.LargestTokenBatch}",
            $"{change.Tokens}", $"give {below} or {below + unit}");
        if (change.Rule != LearningRateRule.None)
            RequireBeforeDecay(now, tokens, "a batch size that the learning rate follows");
        var factor = (double)change.Tokens / now.Options.TokenBatch;
        var rate = now.Options.LearningRate * change.Rule.Factor(factor);
        var outcome = $"token batch {now.Options.TokenBatch} -> {change.Tokens}";
        if (change.Rule != LearningRateRule.None)
            outcome += $", learning rate {Text(now.Options.LearningRate)} -> {Text(rate)}";
        return (
            now with { Options = now.Options with { TokenBatch = change.Tokens, LearningRate = rate } }, outcome);
    }

    private static (LiveSchedule, string) SetMixture(LiveSchedule now, long tokens, RunCommand.SetMixture change)
    {
        var names = now.Stable.Select(share => share.Source).ToArray();
        RequireMixture(names, change.Shares);
        Require(
            change.Phase is PhaseKind.Stable or PhaseKind.Decay, "the phase", "stable (warmup included) or decay",
            PhaseName.Of(change.Phase), "give --phase stable or --phase decay");
        if (change.Phase == PhaseKind.Decay)
            RequireWsd(now, "a mixture of the decay");
        var past = change.Phase == PhaseKind.Stable && PhaseAfter(now, tokens) == PhaseKind.Decay;
        Require(!past, "the phase", "decay, where the run is", "stable", "give --phase decay");
        IReadOnlyList<SourceShare> shares = [.. names.Select(name =>
            change.Shares.FirstOrDefault(share => share.Source == name) ?? new SourceShare(name, 0))];
        var after = change.Phase == PhaseKind.Decay ? now with { Decay = shares } : now with { Stable = shares };
        return (
            after,
            $"mixture of the {PhaseName.Of(change.Phase)} phase {MixtureText(now.Shares(change.Phase))}"
            + $" -> {MixtureText(shares)}");
    }

    private static void RequireMixture(string[] names, IReadOnlyList<SourceShare> shares)
    {
        var unknown = shares.Select(share => share.Source).Except(names).ToArray();
        Require(
            unknown.Length == 0, "the mixture", $"sources of this run: {string.Join(", ", names)}",
            string.Join(", ", unknown), "name those; a new source comes in by resume or branch");
        var twice = shares.GroupBy(share => share.Source).Where(group => group.Count() > 1).ToArray();
        Require(
            twice.Length == 0, "the mixture", "each source once", string.Join(", ", twice.Select(group => group.Key)),
            "give one share for each");
        // As in a run file, where shares that add up to something else are a slip of the pen: a branch of this run
        // gets one.
        Require(
            shares.All(share => share.Weight is >= 0 and <= SourceOptions.WeightUnit)
            && Math.Abs(shares.Sum(share => share.Weight) - SourceOptions.WeightUnit) <= SourceOptions.WeightTolerance,
            "the mixture", "shares from 0 to 1 that add up to 1", MixtureText(shares),
            "give such as docs=0.7 code=0.3");
    }

    private static (LiveSchedule, string) BeginDecay(LiveSchedule now, long tokens, RunCommand.BeginDecay change)
    {
        var options = now.Options;
        RequireBeforeDecay(now, tokens, "begin-decay");
        var warmup = options.Warmup - tokens;
        Require(
            warmup <= 0, "the phase", "a decay that begins in the stable phase", "the warmup",
            $"ask again in {Extent.OfSteps((warmup + options.TokenBatch - 1) / options.TokenBatch)}, "
            + "or earlier with another warmup in a new run");
        var length = change.Length ?? options.OpenDecay ?? Extent.OfTokens(options.Decay);
        Require(
            length.Amount > 0 && length is not { Unit: ExtentUnit.Percent, Amount: >= 100 }, "the decay's length",
            "a length above zero and below 100%",
            change.Length is null && options.OpenDecay is null ? "none in the configuration" : $"`{length}`",
            "give such as `80 steps` or `10%`");
        var decay = DecayLength(length, now.Walk(tokens), options.TokenBatch);
        RequireInReach(tokens + (double)decay);
        var shape = change.Shape ?? options.DecayShape;
        var halfLife = shape == DecayShape.Exponential ? options.HalfLife : null;
        var reachesZero = shape is not (DecayShape.Exponential or DecayShape.Inverse) || halfLife is not null;
        Require(
            reachesZero || options.FinalRatio > 0, "the decay's shape", "one that reaches a final ratio of 0",
            ScheduleText.Of(shape), "give linear, 1-sqrt or cosine");
        var after = now with
        {
            Options = options with
            {
                StableIsOpen = false,
                OpenDecay = null,
                Stable = tokens - options.Warmup,
                Decay = decay,
                DecayShape = shape,
                HalfLife = halfLife,
            },
        };
        return (after, $"the stable phase ends, a decay of {Extent.OfTokens(decay)} begins ({ScheduleText.Of(shape)})");
    }

    private static (LiveSchedule, string) ExtendStable(LiveSchedule now, long tokens, RunCommand.ExtendStable change)
    {
        var options = now.Options;
        RequireBeforeDecay(now, tokens, "extend-stable");
        if (change.By is not { } by)
        {
            var open = options with { StableIsOpen = true, Stable = 0, Decay = 0, OpenDecay = DecayOf(options) };
            return (now with { Options = open }, "the stable phase ends when told");
        }
        Require(
            by.Amount > 0 && by.Unit != ExtentUnit.Percent, "the length", "tokens or steps, above zero", $"`{by}`",
            "give such as `500 steps`, or `until told`");
        var end = options.StableIsOpen ? Math.Max(tokens, options.Warmup) : options.Warmup + options.Stable;
        end = new TokenAxis(options.TokenBatch, 0).Tokens(by, now.WalkFrom(tokens, end)) + end;
        var decay = DecayLength(DecayOf(options), now.WalkFrom(tokens, end), options.TokenBatch);
        RequireInReach(end + (double)decay);
        var closed = options with
        {
            StableIsOpen = false,
            OpenDecay = null,
            Stable = end - options.Warmup,
            Decay = decay,
        };
        return (now with { Options = closed }, $"the stable phase ends after {Extent.OfTokens(end)}");
    }

    private static Extent DecayOf(ScheduleOptions options) => options.OpenDecay ?? Extent.OfTokens(options.Decay);

    /// <summary>Tokens of a decay that begins at a place; a percentage is of all tokens up to its end.</summary>
    private static long DecayLength(Extent length, StepWalk start, long tokenBatch)
    {
        var percent = length.Unit == ExtentUnit.Percent ? length.Amount : 0;
        return new TokenAxis(tokenBatch, TokenAxis.Total(start.Position, percent)).Tokens(length, start);
    }

    private static void RequireInReach(double end) => Require(
        end < Extent.LongestTokens, "the length", $"a run of fewer than {Extent.LongestTokens} tokens",
        end.ToString("0", CultureInfo.InvariantCulture), "look for a suffix or a unit too many");

    private static void RequireBeforeDecay(LiveSchedule now, long tokens, string what)
    {
        RequireWsd(now, what);
        Require(
            PhaseAfter(now, tokens) != PhaseKind.Decay, "the phase", $"warmup or stable, for {what}", "the decay",
            "branch from a checkpoint of the stable phase");
    }

    private static void RequireWsd(LiveSchedule now, string what) => Require(
        now.Options.Shape == ScheduleShape.Wsd, "the schedule", $"a run with a stable phase, for {what}",
        "`shape: cosine`",
        "this one takes set-batch without a rule, set-mixture --phase stable, checkpoint, pause and stop; "
        + "train with `schedule.shape: wsd` for the others");

    private static string MixtureText(IReadOnlyList<SourceShare> shares) =>
        string.Join(", ", shares.Select(share => $"{share.Source} {SourceWeight.Write(share.Weight)}"));

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static void Require(bool holds, string where, string expected, string found, string advice)
    {
        if (!holds)
            throw new ConfigurationException([new Fault(where, expected, found, advice)]);
    }
}
