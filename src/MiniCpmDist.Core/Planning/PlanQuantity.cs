using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Planning;

/// <summary>
/// Bytes, rates and short times as people write them: <c>80GB</c>, <c>24 GiB</c>, <c>450GB/s</c>, <c>5us</c>.
/// </summary>
public static class PlanQuantity
{
    private static readonly (string Unit, double Factor)[] s_bytes =
    [
        ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1L << 40), ("kB", 1e3), ("MB", 1e6), ("GB", 1e9),
        ("TB", 1e12), ("B", 1),
    ];

    /// <summary>
    /// Nothing that is measured lies outside of these, and results that are computed from it stay finite.
    /// </summary>
    private const double Least = 1e-18, Most = 1e30;

    private static readonly (string Unit, double Factor)[] s_seconds =
        [("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("ns", 1e-9), ("s", 1)];

    /// <summary>Bytes above zero; a number without a unit is bytes.</summary>
    public static bool TryBytes(string text, out double bytes) => TryUnit(text, s_bytes, out bytes);

    /// <summary>Bytes a second above zero.</summary>
    public static bool TryBytesPerSecond(string text, out double rate)
    {
        rate = 0;
        var trimmed = text.Trim();
        return trimmed.EndsWith("/s", StringComparison.OrdinalIgnoreCase) && TryBytes(trimmed[..^2], out rate);
    }

    /// <summary>Seconds above zero; a number without a unit is seconds.</summary>
    public static bool TrySeconds(string text, out double seconds) => TryUnit(text, s_seconds, out seconds);

    /// <summary>A number above zero, with K, M or B as everywhere.</summary>
    public static bool TryPositive(string text, out double value) =>
        Quantity.TryParse(text, out value) && value is >= Least and <= Most;

    private static bool TryUnit(string text, (string Unit, double Factor)[] units, out double value)
    {
        var trimmed = text.Trim();
        foreach (var (unit, factor) in units)
        {
            if (trimmed.EndsWith(unit, StringComparison.OrdinalIgnoreCase)
                && TryNumber(trimmed[..^unit.Length], out value))
            {
                value *= factor;
                return true;
            }
        }
        return TryNumber(trimmed, out value);
    }

    /// <summary>Reads a number without the suffixes of counts: 5M is no number of bytes.</summary>
    private static bool TryNumber(string text, out double value)
    {
        value = 0;
        return text.Trim() is [.., >= '0' and <= '9' or '.'] number
            && TryPositive(number, out value);
    }
}
