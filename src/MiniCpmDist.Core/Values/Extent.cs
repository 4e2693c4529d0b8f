using System.Globalization;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Values;

/// <summary>
/// A length on the token axis as a user writes it: <c>10M tokens</c>, <c>500 steps</c> or <c>10%</c>.
/// </summary>
/// <param name="Amount">How many; whole for tokens and steps.</param>
/// <param name="Unit">What is counted.</param>
public readonly record struct Extent(double Amount, ExtentUnit Unit)
{
    /// <summary>What a problem about a length says was expected.</summary>
    public const string Expectation = "a length such as `10M tokens`, `500 steps` or `10%`";

    /// <summary>The longest length: far beyond any run, and all lengths up to it are exact in a double.</summary>
    public const long LongestTokens = 1L << 53;

    public static Extent OfTokens(long tokens) => new(tokens, ExtentUnit.Tokens);

    public static Extent OfSteps(long steps) => new(steps, ExtentUnit.Steps);

    public static Extent OfPercent(double percent) => new(percent, ExtentUnit.Percent);

    /// <exception cref="ConfigurationException">The text is no length with a unit.</exception>
    public static Extent Parse(string text) =>
        TryParse(text, out var extent)
            ? extent
            : throw new ConfigurationException([new Problem($"`{text}`", Expectation, $"`{text}`", AddUnit(text))]);

    /// <summary>
    /// Reads a length; false where the unit is missing, the amount is negative, or tokens and steps are not whole.
    /// </summary>
    public static bool TryParse(string text, out Extent extent)
    {
        extent = default;
        var trimmed = text.Trim();
        if (trimmed.EndsWith('%'))
        {
            extent = new Extent(Quantity.TryParse(trimmed[..^1], out var percent) ? percent : -1, ExtentUnit.Percent);
            return extent.Amount >= 0;
        }
        var space = trimmed.LastIndexOf(' ');
        if (space < 0 || !TryParseUnit(trimmed[(space + 1)..], out var unit))
            return false;
        if (!Quantity.TryParse(trimmed[..space], out var amount) || amount < 0 || !Quantity.IsWhole(amount))
            return false;
        extent = new Extent(amount, unit);
        return true;
    }

    /// <summary>What to type instead of a text that is no length.</summary>
    public static string AddUnit(string text) =>
        Quantity.TryParse(text, out _) ? $"write `{text} steps` or `{text} tokens`" : "write a number and its unit";

    /// <summary>The length in tokens; <see cref="LongestTokens"/> for what is longer.</summary>
    /// <param name="tokenBatch">Tokens of one step.</param>
    /// <param name="totalTokens">Tokens of the whole schedule, for percentages.</param>
    public long InTokens(long tokenBatch, long totalTokens) => Unit switch
    {
        ExtentUnit.Tokens => (long)Amount,
        ExtentUnit.Steps => (long)Math.Min(Amount * tokenBatch, LongestTokens),
        _ => (long)Math.Min(Math.Round(Amount / 100 * totalTokens), LongestTokens),
    };

    /// <summary>The shortest text that <see cref="Parse"/> reads as the same length.</summary>
    public override string ToString() => Unit switch
    {
        ExtentUnit.Tokens => Quantity.Write((long)Amount) + (Amount == 1 ? " token" : " tokens"),
        ExtentUnit.Steps => Quantity.Write((long)Amount) + (Amount == 1 ? " step" : " steps"),
        _ => Amount.ToString("R", CultureInfo.InvariantCulture) + "%",
    };

    private static bool TryParseUnit(string text, out ExtentUnit unit)
    {
        unit = text is "steps" or "step" ? ExtentUnit.Steps : ExtentUnit.Tokens;
        return text is "steps" or "step" or "tokens" or "token";
    }
}
