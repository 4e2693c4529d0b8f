using System.Globalization;

namespace MiniCpmDist.Core.Values;

/// <summary>Neighbouring steps, both ends included: <c>10..12</c>, or one step: <c>10</c>.</summary>
/// <param name="First">1-based.</param>
/// <param name="Last">Not before <paramref name="First"/>.</param>
public readonly record struct StepRange(long First, long Last)
{
    /// <summary>What a problem about steps says was expected.</summary>
    public const string Expectation = "steps such as 10..12, counted from 1";

    /// <summary>Reads a range; false for anything else, an empty range included.</summary>
    public static bool TryParse(string text, out StepRange range)
    {
        var ends = text.Split("..");
        range = default;
        if (ends.Length > 2 || !TryStep(ends[0], out var first) || !TryStep(ends[^1], out var last) || last < first)
            return false;
        range = new StepRange(first, last);
        return true;
    }

    public bool Contains(long step) => step >= First && step <= Last;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First}..{Last}");

    private static bool TryStep(string text, out long step) =>
        long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out step) && step > 0;
}
