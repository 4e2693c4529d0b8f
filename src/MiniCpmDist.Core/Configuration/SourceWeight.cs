using System.Globalization;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Configuration;

/// <summary>Weights of a mixture as people write them: <c>0.7</c> or <c>70%</c>.</summary>
internal static class SourceWeight
{
    /// <summary>In billionths; null where the key is absent, or faulty.</summary>
    public static long? Read(YamlSection section, string key)
    {
        if (section.Text(key) is not { } text)
            return null;
        var isPercent = text.EndsWith('%');
        var isNumber = decimal.TryParse(
            isPercent ? text[..^1] : text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value);
        if (isPercent)
            value /= 100;
        if (isNumber && value is >= 0 and <= 1)
            return (long)Math.Round(value * SourceOptions.WeightUnit);
        section.Fault(key, "a share from 0 to 1, or from 0% to 100%", $"`{text}`", $"write such as `{key}: 0.5`");
        return null;
    }

    /// <summary>As a decimal fraction without needless zeros.</summary>
    public static string Write(long weight) =>
        ((decimal)weight / SourceOptions.WeightUnit).ToString("0.#########", CultureInfo.InvariantCulture);
}
