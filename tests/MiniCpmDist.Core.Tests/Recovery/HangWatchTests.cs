using MiniCpmDist.Core.Recovery;

namespace MiniCpmDist.Core.Tests.Recovery;

public class HangWatchTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Fact]
    public void A_world_in_which_one_rank_moves_is_no_hang()
    {
        var watch = NewWatch();
        for (var second = 0; second <= 600; second += 30)
        {
            watch.Observe(
                At(second), [Heartbeat(0, second, marks: 5, "exchange with rank 1"), Heartbeat(
                    1, second, marks: second)]);
            Assert.Null(watch.Find(At(second)));
        }
    }

    [Fact]
    public void A_rank_that_says_nothing_any_more_is_the_one_that_is_stopped()
    {
        var watch = NewWatch();
        watch.Observe(
            At(0), [Heartbeat(0, 1, 7, "all-gather", step: 12), Heartbeat(1, 1, 6, step: 11), Heartbeat(
                2, 1, 7, "all-gather")]);
        for (var second = 1; second <= 61; second++)
        {
            watch.Observe(
                At(second),
                [
                    Heartbeat(0, second, 7, "all-gather", step: 12), Heartbeat(1, 1, 6, step: 11),
                    Heartbeat(2, second, 7, "all-gather"),
                ]);
        }

        var hang = watch.Find(At(61));

        Assert.Equal([1], hang!.Ranks.Select(rank => rank.Rank));
        Assert.Equal(
            "rank 1 (host-1, process 101) in step 11, computing, said nothing for 61 s: stopped, or cut off; "
            + "meanwhile rank 0 (host-0, process 100) in step 12, all-gather",
            hang.Text);
    }

    [Fact]
    public void A_rank_outside_the_collective_that_the_others_wait_in_is_the_one_to_blame()
    {
        var hang = Still(
            Heartbeat(0, 0, 7, "exchange with rank 1"), Heartbeat(1, 0, 6), Heartbeat(2, 0, 7, "exchange with rank 3"),
            Heartbeat(3, 0, 7, "barrier"));

        Assert.Equal([1], hang.Ranks.Select(rank => rank.Rank));
        Assert.Contains(
            "in no collective for 60 s; meanwhile rank 0 (host-0, process 100) in step 3, exchange with rank 1",
            hang.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_all_wait_in_collectives_each_is_told_with_its_call()
    {
        var hang = Still(Heartbeat(0, 0, 7, "exchange with rank 1"), Heartbeat(1, 0, 7, "barrier"));

        Assert.Equal(2, hang.Ranks.Count);
        Assert.Contains(
            "rank 0 (host-0, process 100) in step 3, exchange with rank 1,", hang.Text, StringComparison.Ordinal);
        Assert.Contains("barrier, stuck in collectives for 60 s", hang.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Ranks_that_never_say_anything_are_a_hang_after_five_minutes_at_least()
    {
        var watch = NewWatch();

        Assert.Null(watch.Find(At(299)));
        Assert.Equal("no rank has said anything for 300 s", watch.Find(At(300))!.Text);
    }

    [Fact]
    public void The_first_step_is_dated_by_who_sees_it()
    {
        var watch = NewWatch();
        watch.Observe(At(3), [Heartbeat(0, 1, 1, step: 0)]);
        Assert.Null(watch.FirstStep);

        watch.Observe(At(5), [Heartbeat(0, 2, 9, step: 41)]);

        Assert.Equal(At(5), watch.FirstStep);
    }

    [Theory]
    [InlineData(1, 0.2)]
    [InlineData(10, 1)]
    [InlineData(36_000, 2)]
    public void A_rank_speaks_at_least_five_times_in_half_the_limit(double limit, double beat) =>
        Assert.Equal(TimeSpan.FromSeconds(beat), HangWatch.BeatOf(TimeSpan.FromSeconds(limit)));

    [Fact]
    public void A_heartbeat_is_read_as_it_was_written()
    {
        RankHeartbeat[] heartbeats = [Heartbeat(3, 4, 5, "exchange with rank 1"), Heartbeat(0, 1, 2)];

        Assert.Equal(heartbeats, heartbeats.Select(heartbeat => RankHeartbeat.Parse(heartbeat.Write())));
        Assert.Throws<FormatException>(() => RankHeartbeat.Parse(heartbeats[0].Write()[..30]));
    }

    /// <summary>Ranks that live and get nowhere.</summary>
    private static HangReport Still(params RankHeartbeat[] ranks)
    {
        var watch = NewWatch();
        for (var second = 0; second <= 60; second++)
            watch.Observe(At(second), ranks.Select(rank => rank with { Beat = second }));
        return watch.Find(At(60))!;
    }

    private static HangWatch NewWatch() => new(s_limit, TimeSpan.Zero);

    private static TimeSpan At(int second) => TimeSpan.FromSeconds(second);

    private static RankHeartbeat Heartbeat(int rank, long beat, long marks, string? call = null, long step = 3) =>
        new(rank, $"host-{rank}", 100 + rank, beat, step, marks, call);
}
