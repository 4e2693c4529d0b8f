namespace MiniCpmDist.Core.Generation;

/// <summary>Ends a text at the first of some words, none of which is ever shown.</summary>
/// <param name="stops">The words; empty ones do not count.</param>
public sealed class StopText(IEnumerable<string> stops)
{
    private readonly string[] _stops = [.. stops.Where(stop => stop.Length > 0)];

    /// <summary>Divides a text that still grows.</summary>
    /// <returns>How many of its characters may be shown, and whether it has ended there.</returns>
    public (int Shown, bool IsEnded) Divide(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ends = _stops.Select(stop => text.IndexOf(stop, StringComparison.Ordinal)).Where(at => at >= 0).ToArray();
        if (ends.Length > 0)
            return (ends.Min(), true);
        // The end of the text may be the beginning of a stop.
        return (text.Length - _stops.Select(stop => Begun(text, stop)).DefaultIfEmpty(0).Max(), false);
    }

    private static int Begun(string text, string stop)
    {
        for (var length = Math.Min(stop.Length - 1, text.Length); length > 0; length--)
        {
            if (text.AsSpan(text.Length - length).SequenceEqual(stop.AsSpan(0, length)))
                return length;
        }
        return 0;
    }
}
