namespace MiniCpmDist.Engine.Training.Saving;

/// <summary>
/// The wall time that a process may take, for queues that end it when it takes more. It is over while there is still
/// room for one more step and a checkpoint, as long as the longest of them so far.
/// </summary>
/// <param name="limit">From now.</param>
/// <param name="time">The clock.</param>
public sealed class TimeLimit(TimeSpan limit, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private TimeSpan _longestRound;
    private TimeSpan _longestSave;
    private bool _hasRound;

    /// <summary>No limit.</summary>
    public static TimeLimit None => new(TimeSpan.MaxValue, TimeProvider.System);

    /// <summary>
    /// True where the next step might not be saved in time; never before the first step is done, so that a run that is
    /// resumed again and again gets on.
    /// </summary>
    public bool IsOver => _hasRound && time.GetElapsedTime(_start) + _longestRound + _longestSave >= limit;

    public long Now() => time.GetTimestamp();

    /// <summary>Called when a step that began at <paramref name="since"/> is done, with its evaluation.</summary>
    public void Stepped(long since)
    {
        _hasRound = true;
        _longestRound = Longer(_longestRound, since);
    }

    /// <summary>Called with the time that a checkpoint took, from the copy to the commit.</summary>
    public void Saved(TimeSpan elapsed) => _longestSave = elapsed > _longestSave ? elapsed : _longestSave;

    private TimeSpan Longer(TimeSpan longest, long since)
    {
        var elapsed = time.GetElapsedTime(since);
        return elapsed > longest ? elapsed : longest;
    }
}
