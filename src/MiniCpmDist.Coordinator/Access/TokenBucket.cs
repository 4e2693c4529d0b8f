namespace MiniCpmDist.Coordinator.Access;

/// <summary>Lets a connection make calls at a rate, and more at once after a rest.</summary>
internal sealed class TokenBucket(int perSecond, int most, TimeProvider clock)
{
    private readonly Lock _guard = new();
    private double _level = most;
    private long _filled = clock.GetTimestamp();

    /// <summary>True if one more call may be made now.</summary>
    public bool Take()
    {
        lock (_guard)
        {
            var now = clock.GetTimestamp();
            _level = Math.Min(most, _level + clock.GetElapsedTime(_filled, now).TotalSeconds * perSecond);
            _filled = now;
            if (_level < 1)
                return false;
            _level--;
            return true;
        }
    }
}
