using MiniCpmDist.Engine.Training.Saving;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Saving;

public sealed class TimeLimitTests
{
    private readonly HandClock _clock = new();

    [Fact]
    public void It_is_over_while_the_longest_step_and_the_longest_checkpoint_so_far_still_fit()
    {
        var limit = new TimeLimit(TimeSpan.FromSeconds(20), _clock);
        Step(limit, 4);
        _clock.Turn(3);
        limit.Saved(TimeSpan.FromSeconds(3));
        Step(limit, 1);
        Step(limit, 4);
        Assert.False(limit.IsOver);  // 12 s gone, 4 s and 3 s to keep
        Step(limit, 1);
        Assert.True(limit.IsOver);   // 13 s gone
    }

    [Fact]
    public void It_is_never_over_before_a_step_is_done()
    {
        var limit = new TimeLimit(TimeSpan.FromSeconds(1), _clock);
        _clock.Turn(5);
        Assert.False(limit.IsOver);
        Step(limit, 1);
        Assert.True(limit.IsOver);
    }

    private void Step(TimeLimit limit, double seconds)
    {
        var begin = limit.Now();
        _clock.Turn(seconds);
        limit.Stepped(begin);
    }
}
