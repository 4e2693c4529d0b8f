using System.Runtime.CompilerServices;
using MiniCpmDist.Core.History;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Core.Tests.History;

public class RunHistoryTests
{
    private const int TokenBatch = 1024;

    [Fact]
    public void A_short_run_is_told_step_by_step()
    {
        var history = Of(300);

        var news = history.Since(HistoryCursor.None);

        Assert.Equal(Enumerable.Range(1, 300).Select(step => Point(step)), news.Points);
        Assert.Equal(Point(300), news.Newest);
    }

    [Theory]
    [InlineData(999)]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(4_567)]
    [InlineData(250_000)]
    public void However_long_a_run_is_its_points_are_few_and_its_ends_are_exact(int steps)
    {
        var news = Of(steps).Since(HistoryCursor.None);

        var fewest = Math.Min(steps, RunHistory.MostPoints / 2) - 1;
        Assert.InRange(news.Points.Count, fewest, RunHistory.MostPoints - 1);
        Assert.Equal(Point(1), news.Points[0]);
        Assert.Equal(Point(steps), news.Newest);
        // All steps are there once, but those that are not enough for a point yet.
        var told = news.Points.Sum(point => point.Steps);
        Assert.Equal(told, news.Points[^1].Step);
        Assert.InRange(steps - told, 0, news.Points.Max(point => point.Steps) - 1);
    }

    [Fact]
    public void A_point_is_the_mean_of_its_steps_and_no_part_of_a_run_is_coarser_than_another()
    {
        var points = Of(10_000).Since(HistoryCursor.None).Points;

        var widths = points.Skip(1).Select(point => point.Steps).Distinct().Order().ToArray();
        Assert.True(widths[^1] <= 2 * widths[0], string.Join(", ", widths));
        foreach (var point in points)
        {
            var first = (int)point.Step - point.Steps + 1;
            var steps = Enumerable.Range(first, point.Steps).Select(step => Point(step)).ToArray();
            Assert.Equal(steps.Average(step => step.Loss), point.Loss, 9);
            Assert.Equal(steps.Average(step => step.Tokens), point.Tokens, 2.0 * Math.Log2(point.Steps) + 1);
        }
    }

    [Fact]
    public void No_point_lies_across_the_border_of_two_phases()
    {
        var history = new RunHistory();
        for (var step = 1; step <= 20_000; step++)
        {
            var phase = step <= 77 ? PhaseKind.Warmup : step <= 19_001 ? PhaseKind.Stable : PhaseKind.Decay;
            history.Add(Point(step, phase));
        }

        var points = history.Since(HistoryCursor.None).Points;

        Assert.Equal([77, 19_001], Borders(points));

        static IEnumerable<long> Borders(IReadOnlyList<HistoryPoint> points) =>
            points.Zip(points.Skip(1))
                .Where(pair => pair.First.Phase != pair.Second.Phase)
                .Select(pair => pair.First.Step);
    }

    [Fact]
    public void Phases_that_change_with_every_step_do_not_take_more_room()
    {
        var history = new RunHistory();
        for (var step = 1; step <= 50_000; step++)
            history.Add(Point(step, step % 2 == 0 ? PhaseKind.Stable : PhaseKind.Decay));

        Assert.InRange(history.Since(HistoryCursor.None).Points.Count, 1, RunHistory.MostPoints);
    }

    [Theory]
    [InlineData(500, 301)]
    [InlineData(500, 1)]
    [InlineData(9_000, 4_321)]
    [InlineData(9_000, 9_000)]
    public void A_run_that_goes_back_loses_what_came_after(int reached, int again)
    {
        var history = Of(reached);
        history.Add(new HeldOutPoint(again - 1, 0, 5.5));
        history.Add(new HeldOutPoint(again, 0, 6));
        var seen = history.Cursor;

        history.Add(Point(again) with { Loss = 99 });

        var news = history.Since(seen);
        Assert.True(news.IsWhole);
        Assert.Equal([again - 1], news.HeldOut.Select(point => (int)point.Step));
        Assert.Equal(99, news.Newest?.Loss);
        Assert.DoesNotContain(news.Points, point => point.Step >= again && point.Loss < 99);
        Assert.Equal(news.Points.Select(point => point.Step).Distinct(), news.Points.Select(point => point.Step));
    }

    [Fact]
    public void A_reader_gets_what_is_new_and_the_whole_only_where_something_has_changed()
    {
        var history = Of(100);
        var cursor = HistoryCursor.Parse(history.Cursor.ToString());

        Assert.Empty(history.Since(cursor).Points);
        history.Add(Point(101));
        history.Tell("phase", 101, 0, "decay");
        var news = history.Since(cursor);

        Assert.False(news.IsWhole);
        Assert.Equal([101], news.Points.Select(point => (int)point.Step));
        Assert.Equal(["decay"], news.Events.Select(happened => happened.Text));
        Assert.True(history.Since(cursor with { Points = 5000 }).IsWhole);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.x")]
    [InlineData("1.-2.3.4")]
    [InlineData("1.99999999999.3.4")]
    [InlineData("<script>")]
    public void A_cursor_that_is_none_asks_for_everything(string text) =>
        Assert.Equal(HistoryCursor.None, HistoryCursor.Parse(text));

    [Fact]
    public void A_chronicle_that_follows_another_one_comes_to_tell_the_same()
    {
        RunHistory first = new(), second = new();
        var cursor = HistoryCursor.None;
        for (var step = 1; step <= 7_000; step++)
        {
            // Twice it goes back.
            var at = step <= 3000 ? step : step <= 5500 ? step - 700 : step - 1400;
            first.Add(Point(at));
            if (at % 100 == 0)
                first.Add(new HeldOutPoint(at, at * TokenBatch, 5));
            if (at % 250 == 0)
                first.Tell("checkpoint", at, at * TokenBatch, "saved");
            if (step % 13 != 0 && step != 7_000)
                continue;
            var news = first.Since(cursor);
            second.Add(news);
            cursor = news.Cursor;
        }

        var (expected, found) = (first.Since(HistoryCursor.None), second.Since(HistoryCursor.None));
        Assert.Equal(expected.Points, found.Points);
        Assert.Equal(expected.HeldOut, found.HeldOut);
        Assert.Equal(expected.Newest, found.Newest);
        Assert.Equal(expected.Events.Select(happened => happened.Step), found.Events.Select(happened => happened.Step));
    }

    [Fact]
    public void A_loss_that_is_no_number_is_left_out()
    {
        var history = Of(3);
        history.Add(Point(4) with { Loss = double.NaN });
        history.Add(Point(4) with { TokensPerSecond = double.PositiveInfinity });
        history.Add(new HeldOutPoint(3, 0, double.NaN));

        Assert.Equal(3, history.Newest?.Step);
        Assert.Empty(history.Since(HistoryCursor.None).HeldOut);
    }

    [Fact]
    public void Checkpoints_go_before_what_says_more()
    {
        var history = new RunHistory();
        history.Tell("run-started", 0, 0, "attempt 1");
        for (var step = 1; step <= 5 * RunHistory.MostEvents; step++)
            history.Tell("checkpoint", step, step, "saved");

        var events = history.Since(HistoryCursor.None).Events;

        Assert.Equal(RunHistory.MostEvents, events.Count);
        Assert.Equal("run-started", events[0].Kind);
        Assert.Equal(5 * RunHistory.MostEvents, events[^1].Step);
    }

    [Fact]
    public void A_run_is_finished_until_it_begins_again()
    {
        var history = new RunHistory();
        history.Tell("run-finished", 9, 9, "");
        Assert.True(history.IsFinished);
        history.Tell("checkpoint", 9, 9, "");
        Assert.True(history.IsFinished);
        history.Tell("run-started", 9, 9, "");
        Assert.False(history.IsFinished);
    }

    [Fact]
    public void Two_hundred_runs_take_less_than_42_megabytes_whatever_they_do()
    {
        var history = Of(30_000);
        for (var step = 0; step < 3000; step++)
        {
            history.Add(new HeldOutPoint(step, step, 5));
            history.Tell(new string('k', 1000), step, step, new string('t', 100_000));
        }

        var news = history.Since(HistoryCursor.None);

        Assert.True(news.Points.Count <= RunHistory.MostPoints);
        Assert.True(news.HeldOut.Count <= RunHistory.MostHeldOut);
        Assert.True(news.Events.Count <= RunHistory.MostEvents);
        Assert.All(news.Events, happened => Assert.True(happened.Text.Length <= RunHistory.LongestText));
        Assert.Equal(56, Unsafe.SizeOf<HistoryPoint>());
        Assert.True(200L * RunHistory.MostBytes < 42_000_000, $"{RunHistory.MostBytes} bytes a run");
    }

    private static RunHistory Of(int steps)
    {
        var history = new RunHistory();
        for (var step = 1; step <= steps; step++)
            history.Add(Point(step));
        return history;
    }

    private static HistoryPoint Point(int step, PhaseKind phase = PhaseKind.Stable) => new(
        step, (long)step * TokenBatch, 3 + 7.0 / step + 0.1 * (step % 7), 0.01, TokenBatch, 10_000, phase);
}
