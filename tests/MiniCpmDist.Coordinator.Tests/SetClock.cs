namespace MiniCpmDist.Coordinator.Tests;

/// <summary>A clock that stands still where it is set; timers are the system's.</summary>
internal sealed class SetClock : TimeProvider
{
    public DateTimeOffset Now { get; set; }

    public override DateTimeOffset GetUtcNow() => Now;
}
