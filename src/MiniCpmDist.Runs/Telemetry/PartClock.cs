namespace MiniCpmDist.Runs.Telemetry;

/// <summary>
/// Measures where this rank's time goes, without gaps. Every moment belongs to the innermost span that is open; a
/// moment outside of all spans belongs to <see cref="Other"/>.
/// </summary>
/// <remarks>Of the training thread alone.</remarks>
public sealed class PartClock
{
    /// <summary>What no span measures.</summary>
    public const string Other = "other";

    private readonly TimeProvider _time;
    private readonly HashSet<string> _shared;
    private readonly Dictionary<string, long> _ticks = [];
    private readonly Stack<string> _outer = new();
    private string _open = Other;
    private long _since;
    private long _own;

    /// <param name="time">The clock.</param>
    /// <param name="shared">Spans in which a rank waits for others; not its own time.</param>
    public PartClock(TimeProvider time, params IEnumerable<string> shared)
    {
        (_time, _shared) = (time, [.. shared]);
        _since = time.GetTimestamp();
    }

    public void Begin(string part)
    {
        Turn(part);
        _outer.Push(part);
    }

    public void End()
    {
        _outer.Pop();
        Turn(_outer.TryPeek(out var outer) ? outer : Other);
    }

    /// <summary>
    /// Seconds that this rank has spent by itself since the last <see cref="Synchronized"/>: how late it comes to the
    /// next collective, whatever other ranks do and whatever their clocks say.
    /// </summary>
    public double OwnSeconds()
    {
        Turn(_open);
        return Seconds(_own);
    }

    /// <summary>Tells the clock that all ranks have just met.</summary>
    public void Synchronized()
    {
        Turn(_open);
        _own = 0;
    }

    /// <summary>Seconds by part since the last call.</summary>
    public IReadOnlyDictionary<string, double> Take()
    {
        Turn(_open);
        var parts = _ticks.ToDictionary(part => part.Key, part => Seconds(part.Value));
        _ticks.Clear();
        return parts;
    }

    private void Turn(string next)
    {
        var now = _time.GetTimestamp();
        var passed = now - _since;
        _ticks[_open] = _ticks.GetValueOrDefault(_open) + passed;
        if (!_shared.Contains(_open))
            _own += passed;
        (_open, _since) = (next, now);
    }

    private double Seconds(long ticks) => (double)ticks / _time.TimestampFrequency;
}
