using MiniCpmDist.Core.Recovery;

namespace MiniCpmDist.Core.Tests.Recovery;

public sealed class RunHealthTests
{
    private const int Batch = 96;
    private static readonly RecoveryOptions s_options = new() { SpikeWindow = 40, Spike = 10 };

    [Fact]
    public void A_loss_ten_deviations_above_the_last_ones_is_a_spike_and_one_below_them_is_none()
    {
        var health = After(32, step => step % 2 == 0 ? 2.9 : 3.1);

        Assert.Equal(RollbackCause.Spike, health.Measured(4.01, Batch, s_options).Cause);
        Assert.Null(health.Measured(3.99, Batch, s_options).Cause);
        Assert.Null(health.Measured(0.1, Batch, s_options).Cause);
    }

    [Fact]
    public void Thirty_one_losses_say_too_little()
    {
        Assert.Null(After(31, _ => 3).Measured(100, Batch, s_options).Cause);
        Assert.Equal(RollbackCause.Spike, After(32, _ => 3).Measured(100, Batch, s_options).Cause);
    }

    [Fact]
    public void A_loss_that_hardly_rises_is_no_spike_however_alike_the_last_ones_were()
    {
        Assert.Null(After(32, _ => 3).Measured(3.02, Batch, s_options).Cause);
    }

    [Fact]
    public void A_spike_is_not_among_the_losses_that_come_after_it()
    {
        var health = After(32, _ => 3);

        Assert.Equal(health.Losses, health.Measured(100, Batch, s_options).After.Losses);
    }

    [Fact]
    public void Only_the_last_losses_count_and_only_those_of_one_batch_and_one_mixture()
    {
        var health = After(100, step => step < 60 ? 9 : 3);

        Assert.Equal(Enumerable.Repeat(3.0, 40), health.Losses);
        Assert.Equal([100], health.Measured(100, 2 * Batch, s_options).After.Losses);
        Assert.Null(health.Mixed().Measured(100, Batch, s_options).Cause);
    }

    [Fact]
    public void Never_is_never()
    {
        Assert.Null(After(32, _ => 3).Measured(1e30, Batch, s_options with { Spike = null }).Cause);
    }

    [Fact]
    public void As_many_skipped_steps_in_a_row_as_configured_lead_back_and_fewer_do_not()
    {
        var (one, first) = RunHealth.Start.Skip(s_options);
        var (two, second) = one.Skip(s_options);

        Assert.Null(first);
        Assert.Null(second);
        Assert.Equal(RollbackCause.SkippedSteps, two.Skip(s_options).Cause);
        Assert.Null(two.Measured(3, Batch, s_options).After.Skip(s_options).Cause);
        Assert.Null(two.PassedOver().Skip(s_options).Cause);
    }

    private static RunHealth After(int steps, Func<int, double> loss) => Enumerable.Range(0, steps).Aggregate(
        RunHealth.Start, (health, step) => health.Measured(loss(step), Batch, s_options).After);
}
