namespace MiniCpmDist.Engine.Training.Saving;

/// <summary>
/// Where signals leave what they ask for until rank 0 looks between two steps. Several before that are one; the end,
/// once asked for, stays asked for.
/// </summary>
public sealed class SaveRequests
{
    private SaveRequest? _save;
    private SaveRequest? _end;
    private volatile bool _isWatched;

    /// <summary>
    /// True once this rank trains. From then on rank 0 looks between two steps, and its end is this rank's.
    /// </summary>
    public bool IsWatched => _isWatched;

    /// <summary>Called when training begins.</summary>
    public void Watch() => _isWatched = true;

    /// <summary>May be called from any thread.</summary>
    public void Ask(SaveRequest request)
    {
        if (request.ThenEnd)
            Interlocked.CompareExchange(ref _end, request, null);
        else
            Interlocked.Exchange(ref _save, request);
    }

    /// <summary>
    /// Returns what is to be done now; null for nothing. The end comes before a mere checkpoint, which it contains.
    /// </summary>
    public SaveRequest? Take() => Volatile.Read(ref _end) ?? Interlocked.Exchange(ref _save, null);
}
