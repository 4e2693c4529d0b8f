using System.Globalization;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Core.Control;

/// <summary>
/// What a command makes of a schedule: warmup, stable and decay as a state machine. Pure, so that the coordinator, a dry run,
/// rank 0, a resumed run and a replay all come to the same result.
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

    private static (LiveSchedule, string) SetTokenBatch(LiveSchedule now, long tokens, RunCommand.SetTokenBatch change)
    {
        var unit = now.BatchUnit;
        Require(
            change.Tokens > 0 && change.Tokens % unit == 0 && change.Tokens < Extent.LongestTokens, "the token batch",
            $"a multiple of one micro-batch, {unit} tokens", $"{change.Tokens}",
            $"give {Math.Max(1, change.Tokens / unit) * unit} or {(Math.Max(0, change.Tokens / unit) + 1) * unit}");
        if (change.Rule != LearningRateRule.None)
            RequireBeforeDecay(now, tokens, "a batch size that the learning rate follows");
        var factor = (double)change.Tokens / now.Options.TokenBatch;
        var rate = now.Options.LearningRate * change.Rule switch
        {
            LearningRateRule.Sqrt => Math.Sqrt(factor),
            LearningRateRule.Linear => factor,
            _ => 1,
        };
        var outcome = $"token batch {now.Options.TokenBatch} -> {change.Tokens}";
        if (change.Rule != LearningRateRule.None)
            outcome += $", learning rate {Text(now.Options.LearningRate)} -> {Text(rate)}";
        return (
            now with { Options = now.Options with { TokenBatch = change.Tokens, LearningRate = rate } }, outcome);
    }

    private static (LiveSchedule, string) SetMixture(LiveSchedule now, long tokens, RunCommand.SetMixture change)
    {
        var names = now.Stable.Select(share => share.Source).ToArray();
        var unknown = change.Shares.Select(share => share.Source).Except(names).ToArray();
        Require(
            unknown.Length == 0, "the mixture", $"sources of this run: {string.Join(", ", names)}",
            string.Join(", ", unknown), "name those; a new source comes in by resume or branch");
        var twice = change.Shares.GroupBy(share => share.Source).Where(group => group.Count() > 1).ToArray();
        Require(
            twice.Length == 0, "the mixture", "each source once", string.Join(", ", twice.Select(group => group.Key)),
            "give one share for each");
        Require(
            change.Shares.All(share => share.Weight >= 0) && change.Shares.Sum(share => share.Weight) > 0, "the mixture",
            "shares of zero or more, one of them above zero", MixtureText(change.Shares), "give such as docs=0.7 code=0.3");
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

    private static (LiveSchedule, string) BeginDecay(LiveSchedule now, long tokens, RunCommand.BeginDecay change)
    {
        var options = now.Options;
        RequireBeforeDecay(now, tokens, "begin-decay");
        Require(
            tokens >= options.Warmup, "the phase", "a decay that begins in the stable phase", "the warmup",
            $"ask again from step {Steps(options.Warmup, options.TokenBatch)} on");
        var length = change.Length ?? Extent.OfTokens(options.Decay);
        Require(
            length.Amount > 0 && length is not { Unit: ExtentUnit.Percent, Amount: >= 100 }, "the decay's length",
            "a length above zero and below 100%", change.Length is null ? "none in the configuration" : $"`{length}`",
            "give such as `80 steps` or `10%`");
        var total = length.Unit == ExtentUnit.Percent ? (long)Math.Round(tokens / (1 - length.Amount / 100)) : tokens;
        var decay = new TokenAxis(options.TokenBatch, total).Tokens(length);
        var shape = change.Shape ?? options.DecayShape;
        var after = now with
        {
            Options = options with
            {
                StableIsOpen = false,
                Stable = tokens - options.Warmup,
                Decay = decay,
                DecayShape = shape,
                HalfLife = shape == DecayShape.Exponential ? options.HalfLife : null,
            },
        };
        return (after, $"the stable phase ends, a decay of {Extent.OfTokens(decay)} begins ({ScheduleText.Of(shape)})");
    }

    private static (LiveSchedule, string) ExtendStable(LiveSchedule now, long tokens, RunCommand.ExtendStable change)
    {
        var options = now.Options;
        RequireBeforeDecay(now, tokens, "extend-stable");
        if (change.By is not { } by)
            return (now with { Options = options with { StableIsOpen = true } }, "the stable phase ends when told");
        Require(
            by.Amount > 0 && by.Unit != ExtentUnit.Percent, "the length", "tokens or steps, above zero", $"`{by}`",
            "give such as `500 steps`, or `until told`");
        var end = options.StableIsOpen ? Math.Max(tokens, options.Warmup) : options.Warmup + options.Stable;
        var stable = end + by.InTokens(options.TokenBatch, 0) - options.Warmup;
        return (
            now with { Options = options with { StableIsOpen = false, Stable = stable } },
            $"the stable phase ends after {Extent.OfTokens(options.Warmup + stable)}");
    }

    private static void RequireBeforeDecay(LiveSchedule now, long tokens, string what)
    {
        Require(
            now.Options.Shape == ScheduleShape.Wsd, "the schedule", $"a run with a stable phase, for {what}",
            "`shape: cosine`", "train with `schedule.shape: wsd`");
        Require(
            PhaseAfter(now, tokens) != PhaseKind.Decay, "the phase", $"warmup or stable, for {what}", "the decay",
            "branch from a checkpoint of the stable phase");
    }

    private static long Steps(long tokens, long tokenBatch) => (tokens + tokenBatch - 1) / tokenBatch;

    private static string MixtureText(IReadOnlyList<SourceShare> shares) =>
        string.Join(", ", shares.Select(share => $"{share.Source} {SourceWeight.Write(share.Weight)}"));

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static void Require(bool holds, string where, string expected, string found, string advice)
    {
        if (!holds)
            throw new ConfigurationException([new Fault(where, expected, found, advice)]);
    }
}
