using System.Globalization;

namespace MiniCpmDist.Core.DataOrder;

/// <summary>Weights of a mixture as people write them: <c>0.7</c> or <c>70%</c>.</summary>
internal static class SourceWeight
{
    /// <summary>Reads a weight in billionths; null for what is no share from 0 to 1.</summary>
    public static long? Parse(string text)
    {
        var isPercent = text.EndsWith('%');
        var isNumber = decimal.TryParse(
            isPercent ? text[..^1] : text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value);
        if (isPercent)
            value /= 100;
        return isNumber && value is >= 0 and <= 1 ? (long)Math.Round(value * SourceOptions.WeightUnit) : null;
    }

    /// <summary>Writes a weight as a decimal fraction without needless zeros.</summary>
    public static string Write(long weight) =>
        ((decimal)weight / SourceOptions.WeightUnit).ToString("0.#########", CultureInfo.InvariantCulture);
}
