using MiniCpmDist.Runs.Telemetry;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Runs.Tests.Telemetry;

public sealed class PartClockTests
{
    private readonly HandClock _time = new();

    [Fact]
    public void Every_moment_belongs_to_the_innermost_span_and_none_is_counted_twice()
    {
        var clock = new PartClock(_time);
        _time.Turn(1);
        clock.Begin("step");
        _time.Turn(2);
        clock.Begin("exchange");
        _time.Turn(4);
        clock.End();
        _time.Turn(8);
        clock.End();
        _time.Turn(16);

        Assert.Equal(
            new Dictionary<string, double> { [PartClock.Other] = 17, ["step"] = 10, ["exchange"] = 4 }, clock.Take());
    }

    [Fact]
    public void What_was_taken_is_not_taken_again_though_its_span_goes_on()
    {
        var clock = new PartClock(_time);
        clock.Begin("checkpoint");
        _time.Turn(1);
        clock.Take();
        _time.Turn(2);

        Assert.Equal(new Dictionary<string, double> { ["checkpoint"] = 2 }, clock.Take());
    }

    [Fact]
    public void A_rank_that_waits_for_others_is_not_late_by_itself()
    {
        var clock = new PartClock(_time, "broadcast");
        _time.Turn(1);
        clock.Synchronized();
        clock.Begin("broadcast");
        _time.Turn(5);
        clock.End();
        _time.Turn(2);

        Assert.Equal(2, clock.OwnSeconds());
    }
}
