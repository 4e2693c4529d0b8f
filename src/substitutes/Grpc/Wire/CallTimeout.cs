using System.Globalization;

namespace Grpc.Wire;

/// <summary>The <c>grpc-timeout</c> header: at most eight digits and a unit.</summary>
internal static class CallTimeout
{
    private const long MostDigits = 99_999_999;

    // A timer cannot wait longer; a call that lasts 49 days is told by other means that it is over.
    private static readonly TimeSpan s_longestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1.0);

    public static string Write(TimeSpan remaining)
    {
        if (remaining <= TimeSpan.Zero)
            return "1n";

        // Rounded up, so that the server never gives up before the client does.
        (double Units, char Unit)[] choices =
        [
            (remaining.TotalMilliseconds, 'm'), (remaining.TotalSeconds, 'S'), (remaining.TotalMinutes, 'M'),
            (remaining.TotalHours, 'H'),
        ];
        var (units, unit) = choices.First(choice => Math.Ceiling(choice.Units) <= MostDigits);
        return ((long)Math.Ceiling(units)).ToString(CultureInfo.InvariantCulture) + unit;
    }

    /// <summary>Null if the text is no timeout.</summary>
    public static TimeSpan? Read(string text)
    {
        if (text.Length is < 2 or > 9
            || !long.TryParse(
                text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return null;
        }

        return text[^1] switch
        {
            'H' => TimeSpan.FromTicks(count * TimeSpan.TicksPerHour),
            'M' => TimeSpan.FromTicks(count * TimeSpan.TicksPerMinute),
            'S' => TimeSpan.FromTicks(count * TimeSpan.TicksPerSecond),
            'm' => TimeSpan.FromTicks(count * TimeSpan.TicksPerMillisecond),
            'u' => TimeSpan.FromTicks(count * TimeSpan.TicksPerMicrosecond),
            'n' => TimeSpan.FromTicks((count + TimeSpan.NanosecondsPerTick - 1) / TimeSpan.NanosecondsPerTick),
            _ => null,
        };
    }

    public static TimeSpan ForTimer(TimeSpan remaining) =>
        remaining <= TimeSpan.Zero ? TimeSpan.Zero : remaining < s_longestTimer ? remaining : s_longestTimer;
}
