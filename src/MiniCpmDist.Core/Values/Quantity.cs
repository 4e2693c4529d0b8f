using System.Globalization;

namespace MiniCpmDist.Core.Values;

/// <summary>
/// Numbers as people write them: <c>2048</c>, <c>122_753</c>, <c>1.5M</c>, <c>1e-8</c>. K, M and B are powers of 1000.
/// </summary>
public static class Quantity
{
    // Beyond this a double no longer counts whole numbers.
    private const double LargestWhole = 1L << 53;

    private static readonly (char Suffix, long Factor)[] s_suffixes = [
        ('B', 1_000_000_000), ('M', 1_000_000), ('K', 1_000)
    ];

    /// <summary>Reads a finite number; false for anything else.</summary>
    public static bool TryParse(string text, out double value)
    {
        var digits = text.Trim();
        var factor = 1L;
        foreach (var (suffix, size) in s_suffixes)
        {
            if (digits.Length > 1 && char.ToUpperInvariant(digits[^1]) == suffix)
            {
                factor = size;
                digits = digits[..^1].TrimEnd();
                break;
            }
        }
        value = 0;
        // An underscore separates digits; elsewhere it is a typing error.
        if (digits.StartsWith('_') || digits.EndsWith('_') || digits.Contains("__", StringComparison.Ordinal))
            return false;
        var plain = digits.Replace("_", "", StringComparison.Ordinal);
        if (!double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return false;
        value = number * factor;
        // 1.1M is 1,100,000 and not a ten-billionth of a token more.
        if (factor > 1 && Math.Abs(value - Math.Round(value)) <= Math.Abs(value) * 1e-15)
            value = Math.Round(value);
        return double.IsFinite(value);
    }

    /// <summary>True for a number without a fraction that a double still counts exactly.</summary>
    public static bool IsWhole(double value) => Math.Abs(value) <= LargestWhole && value == Math.Floor(value);

    /// <summary>The shortest spelling: with a suffix where that loses nothing.</summary>
    public static string Write(long value)
    {
        foreach (var (suffix, factor) in s_suffixes)
        {
            if (value != 0 && value % factor == 0)
                return (value / factor).ToString(CultureInfo.InvariantCulture) + suffix;
        }
        return value.ToString(CultureInfo.InvariantCulture);
    }
}
