using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>Reads the section <c>schedule</c>.</summary>
internal static class ScheduleReading
{
    // A percent of the tokens for the warmup: what the published runs use.
    private static readonly Extent s_standardWarmup = Extent.OfPercent(1);

    /// <summary>Reads everything but the token batch, which says how long a step is.</summary>
    /// <param name="section">The section.</param>
    /// <param name="tokenBatch">Tokens of a step.</param>
    /// <param name="unit">Tokens of a micro-batch.</param>
    public static ScheduleOptions Read(YamlSection section, long tokenBatch, long unit)
    {
        var recipe = section.Choice(ScheduleKeys.Recipe, ScheduleRecipe.MiniCpm, ScheduleRecipe.All);
        var isOpen = section.Has(ScheduleKeys.Stable)
            && section.Text(ScheduleKeys.Stable) == ScheduleWords.UntilTold;
        var warmup = Given(section, ScheduleKeys.Warmup, s_standardWarmup);
        var stable = isOpen ? Extent.OfTokens(0) : Given(section, ScheduleKeys.Stable, Extent.OfTokens(0));
        var decay = Given(section, ScheduleKeys.Decay, recipe.Decay);
        var axis = isOpen
            ? TokenAxis.Open(tokenBatch)
            : new TokenAxis(tokenBatch, Total(section, tokenBatch, warmup, stable, decay));
        var stages = BatchStageKeys.Read(section, ScheduleKeys.Stages, axis, unit);
        section.RequireKnown(ScheduleKeys.Warmup, axis, warmup);
        var lengths = ScheduleLengths.Of(axis, warmup, stable, decay, stages);
        BatchStageKeys.RequireOrder(stages, lengths.Stages);
        return ScheduleKeys.Table.Read(section, new ScheduleOptions
        {
            Warmup = lengths.Warmup,
            Stable = lengths.Stable,
            StableIsOpen = isOpen,
            Decay = lengths.Decay,
            OpenDecay = isOpen ? decay : null,
            DecayShape = recipe.DecayShape,
            HalfLife = HalfLife(section, axis, lengths),
            FinalRatio = recipe.FinalRatio,
            TokenBatch = tokenBatch,
            Batches = new BatchPlan
            {
                Stages = lengths.Stages,
                Law = BatchLawKeys.Read(section, ScheduleKeys.Law, axis, unit),
            },
        });
    }

    /// <summary>Checks the keys of a schedule against each other.</summary>
    public static ScheduleOptions Check(ScheduleOptions options, YamlSection section)
    {
        section.Require(
            options.Batches is { Stages.Count: 0 } or { Law: null }, ScheduleKeys.Law,
            $"either `{ScheduleKeys.Stages}` or `{ScheduleKeys.Law}`", "both", "remove one of them");
        CheckLengths(section, options);
        CheckOpenEnd(section, options);
        CheckRules(section, options);
        return options;
    }

    private static Extent Given(YamlSection section, string key, Extent standard) => section.Length(key) ?? standard;

    /// <summary>All tokens, as far as they are known before the stages have a place.</summary>
    private static long Total(YamlSection section, long tokenBatch, params Extent[] phases)
    {
        var absolute = phases
            .Where(phase => phase.Unit != ExtentUnit.Percent)
            .Sum(phase => phase.InTokens(tokenBatch, 0));
        var percent = phases.Where(phase => phase.Unit == ExtentUnit.Percent).Sum(phase => phase.Amount);
        if (!section.Require(
            percent < 100, "decay", "percentages of warmup, stable and decay below 100% in all", $"{percent}%",
            "give one of them in tokens or steps"))
            return absolute;
        _ = section.HasProblem("stable") || section.Require(
            absolute > 0, "stable", "a run of at least one step", "no phase with a length in tokens or steps",
            "write such as `schedule.stable: 460 steps`");
        return TokenAxis.Total(absolute, percent);
    }

    /// <summary>Reads the half-life. A half-life in steps counts steps of the decay.</summary>
    private static long? HalfLife(YamlSection section, TokenAxis axis, ScheduleLengths lengths)
    {
        const string Key = ScheduleKeys.HalfLife;
        if (section.Length(Key) is not { } length)
            return null;
        var walk = StepWalk.At(lengths.Warmup + lengths.Stable, axis.TokenBatch, lengths.Stages);
        return section.RequireKnown(Key, axis, length) ? axis.Tokens(length, walk) : 0;
    }

    private static void CheckLengths(YamlSection section, ScheduleOptions options)
    {
        var total = options.Warmup + options.Stable + options.Decay;
        section.Require(
            total < Extent.LongestTokens, "stable", $"a run of fewer than {Extent.LongestTokens} tokens", $"{total}",
            "look for a suffix or a unit too many");
        var halfLife = section.Has("half_life");
        var exponential = options is { Shape: ScheduleShape.Wsd, DecayShape: DecayShape.Exponential };
        var endless = exponential || options is { Shape: ScheduleShape.Wsd, DecayShape: DecayShape.Inverse };
        section.Require(
            !halfLife || exponential, "half_life",
            "no half-life unless shape is `wsd` and decay_shape is `exponential`", section.Text("half_life") ?? "",
            "remove it, or write `decay_shape: exponential`");
        section.Require(
            options.HalfLife is null or > 0, "half_life", "a length above zero", section.Text("half_life") ?? "",
            "write such as `half_life: 5000 steps`");
        section.Require(
            options.FinalRatio > 0 || halfLife || !endless, "final_ratio",
            $"a number above zero, because an {ScheduleWords.Of(options.DecayShape)} decay never reaches zero",
            options.FinalRatio,
            "write `final_ratio: 0.1`, or `decay_shape: linear`");
    }

    private static void CheckOpenEnd(YamlSection section, ScheduleOptions options)
    {
        if (!options.StableIsOpen)
            return;
        section.Require(
            options.Shape == ScheduleShape.Wsd, "stable", "a length, because a cosine falls all the way to an end",
            $"`{ScheduleWords.UntilTold}`", "write such as `stable: 460 steps`, or `shape: wsd`");
        section.Require(
            options.OpenDecay is not { Unit: ExtentUnit.Percent, Amount: >= 100 }, "decay", "less than 100%",
            $"{options.OpenDecay}", "write such as `decay: 10%`");
    }

    /// <summary>A decay and a cosine have a course of their own, which no batch may change.</summary>
    private static void CheckRules(YamlSection section, ScheduleOptions options)
    {
        var follows = options.Batches.Stages.Any(stage => stage.Rule != LearningRateRule.None)
            || options.Batches.Law is { Rule: not LearningRateRule.None };
        section.Require(
            !follows || options.Shape == ScheduleShape.Wsd, "shape",
            "`wsd` where the learning rate follows the batch (lr_rule)", "`cosine`", "write `lr_rule: none`");
        var stableEnd = options.StableIsOpen ? Extent.LongestTokens : options.Warmup + options.Stable;
        var late = options.Batches.Stages.FirstOrDefault(
            stage => stage.Rule != LearningRateRule.None && stage.From >= stableEnd);
        section.Require(
            late is null || options.Decay == 0, "batch_stages",
            $"an lr_rule before the decay, which begins at {stableEnd}", $"a stage from {late?.From}",
            "write `lr_rule: none` for it");
    }
}
