using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>The tokens of a step as a run file has them.</summary>
internal static class TokenBatchText
{
    /// <summary>
    /// Reads the tokens of a step. It is a problem where they are missing or not whole micro-batches. The result is
    /// never zero, so that reading can go on.
    /// </summary>
    /// <param name="section">Where they stand.</param>
    /// <param name="key">What says it.</param>
    /// <param name="unit">Tokens of a micro-batch.</param>
    /// <param name="told">What that is, before its number.</param>
    public static long Read(YamlSection section, string key, long unit, string told = "one micro-batch, ")
    {
        var text = section.RequiredText(key, "the tokens of one step", $"{unit * 8} tokens");
        if (text is null || text.Length == 0)
            return unit;
        if (!TryTokens(text, out var tokens) || tokens < 1)
        {
            section.Problem(key, "a whole number of tokens", $"`{text}`", $"write such as `{key}: {unit * 8} tokens`");
            return unit;
        }
        if (tokens > ScheduleOptions.LargestTokenBatch)
        {
            section.Problem(
                key, $"no more than {ScheduleOptions.LargestTokenBatch} tokens", $"{tokens}",
                "look for a suffix or a digit too many");
            return unit;
        }
        if (tokens % unit != 0)
        {
            var below = tokens / unit * unit;
            section.Problem(
                key,
                $"a multiple of {told}{unit} tokens",
                $"{tokens}",
                below > 0
                    ? $"write `{key}: {below} tokens` or `{key}: {below + unit} tokens`"
                    : $"write `{key}: {unit} tokens`");
        }
        return tokens;
    }

    private static bool TryTokens(string text, out long tokens)
    {
        // Bare digits are tokens here: nothing else makes sense.
        var known = Extent.TryParse(text, out var extent) || Extent.TryParse(text + " tokens", out extent);
        tokens = known && extent.Unit == ExtentUnit.Tokens ? (long)extent.Amount : 0;
        return known && extent.Unit == ExtentUnit.Tokens;
    }
}
