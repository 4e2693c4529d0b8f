namespace MiniCpmDist.Core.Configuration;

/// <summary>The <c>schedule</c> section.</summary>
internal static class ScheduleReader
{
    // A percent of the tokens for the warmup and a tenth for the decay: what the published runs use.
    private static readonly Extent s_standardWarmup = Extent.OfPercent(1);
    private static readonly Extent s_standardDecay = Extent.OfPercent(10);

    /// <summary>
    /// Tokens of a step; a fault unless they are whole micro-batches. Never zero, so that reading can go on.
    /// </summary>
    public static long TokenBatch(YamlSection section, int sequenceLength, int microBatch)
    {
        const string Key = "token_batch";
        var unit = (long)sequenceLength * microBatch;
        var text = section.RequiredText(Key, "the tokens of one step", $"{unit * 8} tokens");
        if (text is null || text.Length == 0)
            return unit;
        if (!TryTokens(text, out var tokens) || tokens < 1)
        {
            section.Fault(Key, "a whole number of tokens", $"`{text}`", $"write such as `{Key}: {unit * 8} tokens`");
            return unit;
        }
        if (tokens % unit != 0)
        {
            var below = tokens / unit * unit;
            section.Fault(
                Key,
                "a multiple of parallel.micro_batch x data.sequence_length = "
                + $"{microBatch} x {sequenceLength} = {unit} tokens",
                $"{tokens}",
                below > 0
                    ? $"write `{Key}: {below} tokens` or `{Key}: {below + unit} tokens`"
                    : $"write `{Key}: {unit} tokens`");
        }
        return tokens;
    }

    public static ScheduleOptions Read(YamlSection section, long tokenBatch)
    {
        var shape = section.Choice("shape", ScheduleShape.Wsd, ScheduleWords.Shapes);
        var warmup = Given(section, "warmup", s_standardWarmup);
        var stable = Given(section, "stable", Extent.OfTokens(0));
        var decay = Given(section, "decay", s_standardDecay);
        var axis = new TokenAxis(tokenBatch, Total(section, tokenBatch, warmup, stable, decay));
        var decayShape = section.Choice("decay_shape", DecayShape.Exponential, ScheduleWords.DecayShapes);
        var options = new ScheduleOptions
        {
            Shape = shape,
            LearningRate = section.Number("learning_rate", 0.01, "a number above zero", value => value > 0),
            Warmup = axis.Tokens(warmup),
            Stable = axis.Tokens(stable),
            Decay = axis.Tokens(decay),
            DecayShape = decayShape,
            HalfLife = section.Length("half_life") is { } halfLife ? axis.Tokens(halfLife) : null,
            FinalRatio = section.Number("final_ratio", 0.1, "a number from 0 to 1", value => value is >= 0 and <= 1),
            TokenBatch = tokenBatch,
        };
        Check(section, options);
        section.Finish();
        return options;
    }

    private static Extent Given(YamlSection section, string key, Extent standard) => section.Length(key) ?? standard;

    /// <summary>All tokens: the absolute lengths are what the percentages leave.</summary>
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
        return (long)Math.Min(Math.Round(absolute / (1 - percent / 100)), Extent.LongestTokens);
    }

    private static void Check(YamlSection section, ScheduleOptions options)
    {
        var total = options.Warmup + options.Stable + options.Decay;
        section.Require(
            total < Extent.LongestTokens, "stable", $"a run of fewer than {Extent.LongestTokens} tokens", $"{total}",
            "look for a suffix or a unit too many");
        var halfLife = section.Has("half_life");
        var exponential = options is { Shape: ScheduleShape.Wsd, DecayShape: DecayShape.Exponential };
        section.Require(
            !halfLife || exponential, "half_life",
            "no half-life unless shape is `wsd` and decay_shape is `exponential`", section.Text("half_life") ?? "",
            "remove it, or write `decay_shape: exponential`");
        section.Require(
            options.HalfLife is null or > 0, "half_life", "a length above zero", section.Text("half_life") ?? "",
            "write such as `half_life: 5000 steps`");
        section.Require(
            options.FinalRatio > 0 || halfLife || !exponential, "final_ratio",
            "a number above zero, because an exponential decay never reaches zero", options.FinalRatio,
            "write `final_ratio: 0.1`, or `decay_shape: linear`");
    }

    private static bool TryTokens(string text, out long tokens)
    {
        // Bare digits are tokens here: nothing else makes sense.
        var known = Extent.TryParse(text, out var extent) || Extent.TryParse(text + " tokens", out extent);
        tokens = known && extent.Unit == ExtentUnit.Tokens ? (long)extent.Amount : 0;
        return known && extent.Unit == ExtentUnit.Tokens;
    }
}
