using System.Globalization;
using System.Text.RegularExpressions;

namespace MiniCpmDist.Core.Values;

/// <summary>Durations as people write them: <c>2h30m</c>, <c>45m</c>, <c>90s</c>, <c>1d12h</c>.</summary>
public static partial class WallTime
{
    /// <summary>What a problem about a duration says was expected.</summary>
    public const string Expectation = "a duration above zero such as 2h30m (d, h, m, s and ms, largest first)";

    /// <summary>Reads a duration above zero; false for anything else.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        var match = Parts().Match(text.Trim());
        duration = default;
        // Seven digits of days are within a TimeSpan; so are those of the smaller units.
        if (!match.Success)
            return false;
        duration = new TimeSpan(Number("d"), Number("h"), Number("m"), Number("s"), Number("ms"));
        return duration > TimeSpan.Zero;

        int Number(string unit) =>
            match.Groups[unit] is { Success: true, Value: var digits }
                ? int.Parse(digits, CultureInfo.InvariantCulture)
                : 0;
    }

    /// <summary>The duration in the fewest units, such as 1d12h; what is below a millisecond is left out.</summary>
    public static string Write(TimeSpan duration)
    {
        (int Count, string Unit)[] parts =
        [
            (duration.Days, "d"), (duration.Hours, "h"), (duration.Minutes, "m"), (duration.Seconds, "s"),
            (duration.Milliseconds, "ms"),
        ];
        return string.Concat(parts.Where(part => part.Count > 0).Select(part =>
            part.Count.ToString(CultureInfo.InvariantCulture) + part.Unit));
    }

    [GeneratedRegex(@"^((?<d>[0-9]{1,6})d)?((?<h>[0-9]{1,7})h)?((?<m>[0-9]{1,7})m)?"
        + @"((?<s>[0-9]{1,7})s)?((?<ms>[0-9]{1,7})ms)?\z")]
    private static partial Regex Parts();
}
