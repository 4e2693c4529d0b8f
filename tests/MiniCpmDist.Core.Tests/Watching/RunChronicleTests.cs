using System.Runtime.CompilerServices;
using MiniCpmDist.Core.History;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Core.Tests.Watching;

public class RunChronicleTests
{
    private const int TokenBatch = 1024;

    [Fact]
    public void A_short_run_is_told_step_by_step()
    {
        var chronicle = Of(300);

        var news = chronicle.Since(ChronicleCursor.None);

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
        var news = Of(steps).Since(ChronicleCursor.None);

        var fewest = Math.Min(steps, RunChronicle.MostPoints / 2) - 1;
        Assert.InRange(news.Points.Count, fewest, RunChronicle.MostPoints - 1);
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
        var points = Of(10_000).Since(ChronicleCursor.None).Points;

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
        var chronicle = new RunChronicle();
        for (var step = 1; step <= 20_000; step++)
        {
            var phase = step <= 77 ? PhaseKind.Warmup : step <= 19_001 ? PhaseKind.Stable : PhaseKind.Decay;
            chronicle.Add(Point(step, phase));
        }

        var points = chronicle.Since(ChronicleCursor.None).Points;

        Assert.Equal([77, 19_001], Borders(points));

        static IEnumerable<long> Borders(IReadOnlyList<ChroniclePoint> points) =>
            points.Zip(points.Skip(1))
                .Where(pair => pair.First.Phase != pair.Second.Phase)
                .Select(pair => pair.First.Step);
    }

    [Fact]
    public void Phases_that_change_with_every_step_do_not_take_more_room()
    {
        var chronicle = new RunChronicle();
        for (var step = 1; step <= 50_000; step++)
            chronicle.Add(Point(step, step % 2 == 0 ? PhaseKind.Stable : PhaseKind.Decay));

        Assert.InRange(chronicle.Since(ChronicleCursor.None).Points.Count, 1, RunChronicle.MostPoints);
    }

    [Theory]
    [InlineData(500, 301)]
    [InlineData(500, 1)]
    [InlineData(9_000, 4_321)]
    [InlineData(9_000, 9_000)]
    public void A_run_that_goes_back_loses_what_came_after(int reached, int again)
    {
        var chronicle = Of(reached);
        chronicle.Add(new HeldOutPoint(again - 1, 0, 5.5));
        chronicle.Add(new HeldOutPoint(again, 0, 6));
        var seen = chronicle.Cursor;

        chronicle.Add(Point(again) with { Loss = 99 });

        var news = chronicle.Since(seen);
        Assert.True(news.IsWhole);
        Assert.Equal([again - 1], news.HeldOut.Select(point => (int)point.Step));
        Assert.Equal(99, news.Newest?.Loss);
        Assert.DoesNotContain(news.Points, point => point.Step >= again && point.Loss < 99);
        Assert.Equal(news.Points.Select(point => point.Step).Distinct(), news.Points.Select(point => point.Step));
    }

    [Fact]
    public void A_reader_gets_what_is_new_and_the_whole_only_where_something_has_changed()
    {
        var chronicle = Of(100);
        var cursor = ChronicleCursor.Parse(chronicle.Cursor.ToString());

        Assert.Empty(chronicle.Since(cursor).Points);
        chronicle.Add(Point(101));
        chronicle.Tell("phase", 101, 0, "decay");
        var news = chronicle.Since(cursor);

        Assert.False(news.IsWhole);
        Assert.Equal([101], news.Points.Select(point => (int)point.Step));
        Assert.Equal(["decay"], news.Events.Select(happened => happened.Text));
        Assert.True(chronicle.Since(cursor with { Points = 5000 }).IsWhole);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.x")]
    [InlineData("1.-2.3.4")]
    [InlineData("1.99999999999.3.4")]
    [InlineData("<script>")]
    public void A_cursor_that_is_none_asks_for_everything(string text) =>
        Assert.Equal(ChronicleCursor.None, ChronicleCursor.Parse(text));

    [Fact]
    public void A_chronicle_that_follows_another_one_comes_to_tell_the_same()
    {
        RunChronicle first = new(), second = new();
        var cursor = ChronicleCursor.None;
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

        var (expected, found) = (first.Since(ChronicleCursor.None), second.Since(ChronicleCursor.None));
        Assert.Equal(expected.Points, found.Points);
        Assert.Equal(expected.HeldOut, found.HeldOut);
        Assert.Equal(expected.Newest, found.Newest);
        Assert.Equal(expected.Events.Select(happened => happened.Step), found.Events.Select(happened => happened.Step));
    }

    [Fact]
    public void A_loss_that_is_no_number_is_left_out()
    {
        var chronicle = Of(3);
        chronicle.Add(Point(4) with { Loss = double.NaN });
        chronicle.Add(Point(4) with { TokensPerSecond = double.PositiveInfinity });
        chronicle.Add(new HeldOutPoint(3, 0, double.NaN));

        Assert.Equal(3, chronicle.Newest?.Step);
        Assert.Empty(chronicle.Since(ChronicleCursor.None).HeldOut);
    }

    [Fact]
    public void Checkpoints_go_before_what_says_more()
    {
        var chronicle = new RunChronicle();
        chronicle.Tell("run-started", 0, 0, "attempt 1");
        for (var step = 1; step <= 5 * RunChronicle.MostEvents; step++)
            chronicle.Tell("checkpoint", step, step, "saved");

        var events = chronicle.Since(ChronicleCursor.None).Events;

        Assert.Equal(RunChronicle.MostEvents, events.Count);
        Assert.Equal("run-started", events[0].Kind);
        Assert.Equal(5 * RunChronicle.MostEvents, events[^1].Step);
    }

    [Fact]
    public void A_run_is_finished_until_it_begins_again()
    {
        var chronicle = new RunChronicle();
        chronicle.Tell("run-finished", 9, 9, "");
        Assert.True(chronicle.IsFinished);
        chronicle.Tell("checkpoint", 9, 9, "");
        Assert.True(chronicle.IsFinished);
        chronicle.Tell("run-started", 9, 9, "");
        Assert.False(chronicle.IsFinished);
    }

    [Fact]
    public void Two_hundred_runs_take_less_than_42_megabytes_whatever_they_do()
    {
        var chronicle = Of(30_000);
        for (var step = 0; step < 3000; step++)
        {
            chronicle.Add(new HeldOutPoint(step, step, 5));
            chronicle.Tell(new string('k', 1000), step, step, new string('t', 100_000));
        }

        var news = chronicle.Since(ChronicleCursor.None);

        Assert.True(news.Points.Count <= RunChronicle.MostPoints);
        Assert.True(news.HeldOut.Count <= RunChronicle.MostHeldOut);
        Assert.True(news.Events.Count <= RunChronicle.MostEvents);
        Assert.All(news.Events, happened => Assert.True(happened.Text.Length <= RunChronicle.LongestText));
        Assert.Equal(56, Unsafe.SizeOf<ChroniclePoint>());
        Assert.True(200L * RunChronicle.MostBytes < 42_000_000, $"{RunChronicle.MostBytes} bytes a run");
    }

    private static RunChronicle Of(int steps)
    {
        var chronicle = new RunChronicle();
        for (var step = 1; step <= steps; step++)
            chronicle.Add(Point(step));
        return chronicle;
    }

    private static ChroniclePoint Point(int step, PhaseKind phase = PhaseKind.Stable) => new(
        step, (long)step * TokenBatch, 3 + 7.0 / step + 0.1 * (step % 7), 0.01, TokenBatch, 10_000, phase);
}
