namespace MiniCpmDist.CollectiveRanks;

/// <summary>
/// A clock that stands still until it is started: deadlines then never end what is meant to succeed, however slow the
/// machine is, and soon end what is not.
/// </summary>
internal sealed class HeldClock : TimeProvider
{
    private long? _start;

    public override long GetTimestamp() => _start is { } start ? System.GetTimestamp() - start : 0;

    public void Start() => _start = System.GetTimestamp();
}
