using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Core.Tests.Recovery;

public class GoodputReportTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Steps of 2 s; the first attempt is killed in step 6, saved after step 4.</summary>
    [Fact]
    public void A_failure_costs_repeated_steps_and_the_way_to_the_next_first_step()
    {
        AttemptRecord[] attempts =
        [
            Attempt(1, 0, 20, FailureCause.Killed) with { FirstStep = At(4), LastProgress = At(15) },
            Attempt(2, 22, 60, null) with { FirstStep = At(26), LastProgress = At(60) },
        ];
        var steps = Enumerable.Range(1, 5).Select(step => Step(step, 1))
            .Concat(Enumerable.Range(5, 10).Select(step => Step(step, 2)));

        var report = GoodputReport.Of(attempts, steps);

        // 11 s until the second attempt trains, and step 5 again.
        Assert.Equal([new CauseLoss(FailureCause.Killed, 1, TimeSpan.FromSeconds(13))], report.Losses);
        Assert.Equal(TimeSpan.FromSeconds(28), report.Productive);
        Assert.Equal(TimeSpan.FromSeconds(60), report.Elapsed);
        Assert.Equal(28.0 / 60, report.Goodput, 1e-12);
    }

    [Fact]
    public void The_dearest_cause_comes_first()
    {
        AttemptRecord[] attempts =
        [
            Attempt(1, 0, 10, FailureCause.Killed),
            Attempt(2, 11, 100, FailureCause.Hung) with { FirstStep = At(13), LastProgress = At(40) },
            Attempt(3, 110, 120, null) with { FirstStep = At(112) },
        ];

        var report = GoodputReport.Of(attempts, []);

        Assert.Equal([FailureCause.Hung, FailureCause.Killed], report.Losses.Select(loss => loss.Cause));
        Assert.Equal(72, report.Losses[0].Lost.TotalSeconds);
        Assert.Equal(2, report.Failures);
    }

    [Fact]
    public void An_attempt_is_read_as_it_was_written()
    {
        AttemptRecord[] attempts =
        [
            Attempt(1, 0, 10, FailureCause.HostLost) with { FirstStep = At(3), Text = "no answer from \"b\"" },
            Attempt(2, 0, 10, null),
        ];

        Assert.Equal(attempts, attempts.Select(attempt => AttemptRecord.Parse(attempt.Write())));
        Assert.Throws<FormatException>(
            () => AttemptRecord.Parse(attempts[0].Write().Replace("host-lost", "bored", StringComparison.Ordinal)));
    }

    private static DateTimeOffset At(int second) => s_start.AddSeconds(second);

    private static AttemptRecord Attempt(int number, int started, int ended, FailureCause? cause) =>
        new(number, 2, At(started), At(ended), cause is null ? 0 : 137, cause, "");

    private static StepReport Step(int step, int attempt) =>
        new(step, step * 10, 3, 0.01, 10, 1, 2, 0, PhaseKind.Stable, attempt, []);
}
