namespace MiniCpmDist.Tests.Fixtures;

/// <summary>A clock that a test turns by hand.</summary>
internal sealed class HandClock : TimeProvider
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now.Ticks;

    public override DateTimeOffset GetUtcNow() => s_start + _now;

    public void Turn(double seconds) => _now += TimeSpan.FromSeconds(seconds);
}
