using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Configuration;

/// <summary>The <c>schedule</c> section.</summary>
internal static class ScheduleReader
{
    // A percent of the tokens for the warmup: what the published runs use.
    private static readonly Extent s_standardWarmup = Extent.OfPercent(1);

    /// <summary>
    /// Tokens of a step; a fault unless they are whole micro-batches. Never zero, so that reading can go on.
    /// </summary>
    public static long TokenBatch(YamlSection section, int sequenceLength, int microBatch) => TokenBatch(
        section, (long)sequenceLength * microBatch,
        told: $"parallel.micro_batch x data.sequence_length = {microBatch} x {sequenceLength} = ");

    /// <summary>The same, for any key that says how many tokens a step has.</summary>
    public static long TokenBatch(
        YamlSection section, long unit, string key = "token_batch", string told = "one micro-batch, ")
    {
        var text = section.RequiredText(key, "the tokens of one step", $"{unit * 8} tokens");
        if (text is null || text.Length == 0)
            return unit;
        if (!TryTokens(text, out var tokens) || tokens < 1)
        {
            section.Fault(key, "a whole number of tokens", $"`{text}`", $"write such as `{key}: {unit * 8} tokens`");
            return unit;
        }
        if (tokens > ScheduleOptions.LargestTokenBatch)
        {
            section.Fault(
                key, $"no more than {ScheduleOptions.LargestTokenBatch} tokens", $"{tokens}",
                "look for a suffix or a digit too many");
            return unit;
        }
        if (tokens % unit != 0)
        {
            var below = tokens / unit * unit;
            section.Fault(
                key,
                $"a multiple of {told}{unit} tokens",
                $"{tokens}",
                below > 0
                    ? $"write `{key}: {below} tokens` or `{key}: {below + unit} tokens`"
                    : $"write `{key}: {unit} tokens`");
        }
        return tokens;
    }

    /// <summary>Reads everything but the token batch, which says how long a step is.</summary>
    /// <param name="section">The section.</param>
    /// <param name="tokenBatch">Tokens of a step.</param>
    /// <param name="unit">Tokens of a micro-batch.</param>
    public static ScheduleOptions Read(YamlSection section, long tokenBatch, long unit)
    {
        var shape = section.Choice("shape", ScheduleShape.Wsd, ScheduleWords.Shapes);
        var recipe = section.Choice("recipe", ScheduleRecipe.MiniCpm, ScheduleRecipe.All);
        var isOpen = section.Has("stable") && section.Text("stable") == ScheduleWords.UntilTold;
        var warmup = Given(section, "warmup", s_standardWarmup);
        var stable = isOpen ? Extent.OfTokens(0) : Given(section, "stable", Extent.OfTokens(0));
        var decay = Given(section, "decay", recipe.Decay);
        var axis = isOpen
            ? TokenAxis.Open(tokenBatch)
            : new TokenAxis(tokenBatch, Total(section, tokenBatch, warmup, stable, decay));
        var stages = BatchPlanReader.ReadStages(section, axis, unit);
        axis.RequireKnown(section, "warmup", warmup);
        var lengths = ScheduleLengths.Of(axis, warmup, stable, decay, stages);
        var options = new ScheduleOptions
        {
            Shape = shape,
            LearningRate = section.Number("learning_rate", 0.01, "a number above zero", value => value > 0),
            Warmup = lengths.Warmup,
            Stable = lengths.Stable,
            StableIsOpen = isOpen,
            Decay = lengths.Decay,
            OpenDecay = isOpen ? decay : null,
            DecayShape = section.Choice("decay_shape", recipe.DecayShape, ScheduleWords.DecayShapes),
            HalfLife = HalfLife(section, axis, lengths),
            FinalRatio = section.Number(
                "final_ratio", recipe.FinalRatio, "a number from 0 to 1", value => value is >= 0 and <= 1),
            TokenBatch = tokenBatch,
            Batches = BatchPlanReader.Read(section, axis, unit, stages, lengths.Stages),
        };
        Check(section, options);
        CheckOpenEnd(section, options);
        CheckRules(section, options);
        section.Finish();
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
        _ = section.IsFaulty("stable") || section.Require(
            absolute > 0, "stable", "a run of at least one step", "no phase with a length in tokens or steps",
            "write such as `schedule.stable: 460 steps`");
        return TokenAxis.Total(absolute, percent);
    }

    /// <summary>In steps, those of the decay.</summary>
    private static long? HalfLife(YamlSection section, TokenAxis axis, ScheduleLengths lengths)
    {
        const string Key = "half_life";
        if (section.Length(Key) is not { } length)
            return null;
        var walk = StepWalk.At(lengths.Warmup + lengths.Stable, axis.TokenBatch, lengths.Stages);
        return axis.RequireKnown(section, Key, length) ? axis.Tokens(length, walk) : 0;
    }

    private static void Check(YamlSection section, ScheduleOptions options)
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
            $"a number above zero, because an {ScheduleText.Of(options.DecayShape)} decay never reaches zero",
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

    private static bool TryTokens(string text, out long tokens)
    {
        // Bare digits are tokens here: nothing else makes sense.
        var known = Extent.TryParse(text, out var extent) || Extent.TryParse(text + " tokens", out extent);
        tokens = known && extent.Unit == ExtentUnit.Tokens ? (long)extent.Amount : 0;
        return known && extent.Unit == ExtentUnit.Tokens;
    }
}
