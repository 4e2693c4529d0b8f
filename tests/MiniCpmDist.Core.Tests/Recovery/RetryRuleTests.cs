using MiniCpmDist.Core.Recovery;

namespace MiniCpmDist.Core.Tests.Recovery;

public class RetryRuleTests
{
    [Fact]
    public void The_first_retry_does_not_wait_and_each_further_one_waits_twice_as_long()
    {
        var rule = new RetryRule(retries: 5, TimeSpan.FromSeconds(4));

        Assert.Equal(
            [0, 4, 8, 16, 32], Enumerable.Range(0, 5).Select(_ => rule.Next(gotOn: false)!.Value.TotalSeconds));
        Assert.Null(rule.Next(gotOn: false));
    }

    [Fact]
    public void A_run_that_gets_on_may_fail_for_ever()
    {
        var rule = new RetryRule(retries: 1, TimeSpan.FromSeconds(4));

        Assert.All(Enumerable.Range(0, 100), _ => Assert.Equal(TimeSpan.Zero, rule.Next(gotOn: true)));
        Assert.Null(rule.Next(gotOn: false));
    }

    [Fact]
    public void No_pause_is_longer_than_ten_minutes()
    {
        var rule = new RetryRule(retries: 1000, TimeSpan.FromHours(1));
        rule.Next(gotOn: false);

        Assert.All(Enumerable.Range(0, 900), _ => Assert.Equal(TimeSpan.FromMinutes(10), rule.Next(gotOn: false)));
    }

    [Fact]
    public void With_no_retries_the_first_failure_is_the_last() =>
        Assert.Null(new RetryRule(retries: 0, TimeSpan.FromSeconds(1)).Next(gotOn: true));

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, FailureCause.Error)]
    [InlineData(2, null)]
    [InlineData(3, null)]
    [InlineData(75, null)]
    [InlineData(137, FailureCause.Killed)]
    public void What_trying_again_cannot_mend_is_no_failure_to_recover_from(int exitCode, FailureCause? cause) =>
        Assert.Equal(
            cause, AttemptEnd.CauseOf(exitCode, isAsked: false, isHung: false, isHostLost: false, firstCause: ""));

    [Fact]
    public void A_lost_host_explains_a_hang_and_a_signal_of_ours_explains_everything_else()
    {
        Assert.Equal(FailureCause.HostLost, AttemptEnd.CauseOf(130, false, isHung: true, isHostLost: true, ""));
        Assert.Equal(FailureCause.Hung, AttemptEnd.CauseOf(130, false, isHung: true, isHostLost: false, ""));
        Assert.Null(AttemptEnd.CauseOf(143, isAsked: true, false, false, ""));
        Assert.Equal(
            FailureCause.Killed,
            AttemptEnd.CauseOf(
                9, false, false, false, "mpirun noticed that process rank 1 exited on signal 9 (Killed)."));
    }
}
