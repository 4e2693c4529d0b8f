using MiniCpmDist.Cli.Charts;
using MiniCpmDist.Cli.Commands;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Cli.Tests;

public sealed class PlotCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new();

    public void Dispose()
    {
        _folder.Dispose();
        _output.Dispose();
    }

    [Fact]
    public void It_writes_the_picture_and_shows_the_chart_and_where_the_picture_is()
    {
        Run("first", Step(1, 8.3), Step(2, 8.1), HeldOut(2, 8.2));
        Plot(["first"], "pictures/loss.svg");
        Assert.StartsWith("<svg ", File.ReadAllText(_folder["pictures/loss.svg"]), StringComparison.Ordinal);
        var lines = _output.ToString().TrimEnd().Split('\n');
        Assert.Equal("A first  training 8.10, held-out 8.200", lines[^2]);
        Assert.Equal($"loss curve: {_folder["pictures/loss.svg"]}", lines[^1]);
    }

    [Fact]
    public void The_last_line_of_a_step_counts()
    {
        Run(
            "first", Step(1, 8.3), Step(2, 9.9), HeldOut(2, 9.8), Step(3, 9.7), Step(2, 8.2), HeldOut(2, 8.1),
            Step(3, 8));
        var series = Read("first");
        Assert.Equal([new LossPoint(2048, 8.3), new LossPoint(4096, 8.2), new LossPoint(6144, 8)], series.Training);
        Assert.Equal([new LossPoint(4096, 8.1)], series.HeldOut);
    }

    [Fact]
    public void Phases_begin_where_their_first_step_begins()
    {
        Run(
            "first", Step(1, 8, PhaseKind.Warmup), Step(2, 8, PhaseKind.Warmup), Step(3, 8, PhaseKind.Stable),
            Step(4, 8, PhaseKind.Decay));
        Assert.Equal(
            [
                new PhaseSpan(PhaseKind.Warmup, 0, 4096), new PhaseSpan(PhaseKind.Stable, 4096, 6144),
                new PhaseSpan(PhaseKind.Decay, 6144, 8192)
            ],
            Read("first").Phases);
    }

    [Fact]
    public void A_line_that_the_trainer_is_still_writing_is_left_out()
    {
        Run("first", Step(1, 8.3));
        File.AppendAllText(_folder["first/metrics.jsonl"], Step(2, 8.2)[..30]);
        Assert.Equal([new LossPoint(2048, 8.3)], Read("first").Training);
    }

    [Fact]
    public void All_problems_are_told_at_once()
    {
        Run("broken", Step(1, 8.3), "{\"step\":2,", "[]");
        Run("fresh");
        Directory.CreateDirectory(_folder["no-run"]);
        var problems = Assert.Throws<ConfigurationException>(
            () => Plot(["broken", "missing", "no-run", "fresh"], ".", "10%")).Problems;
        Assert.Equal(
            [
                "--from", "--out", _folder["broken/metrics.jsonl, line 2"], _folder["broken/metrics.jsonl, line 3"],
                _folder["missing"], _folder["no-run"], _folder["fresh/metrics.jsonl"]
            ],
            problems.Select(problem => problem.Where));
        Assert.Equal("`10%`", problems[0].Found);
        Assert.Contains("minicpm resume", problems[^1].Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_with_a_broken_line_is_drawn_and_marked_beside_the_others_and_told_afterwards()
    {
        Run("broken", Step(1, 8.3), "{\"step\":2,", Step(3, 8.1));
        Run("lost", "[]");
        Run("whole", Step(1, 8.3));

        var problems = Assert.Throws<ConfigurationException>(() => Plot(["broken", "lost", "whole"])).Problems;

        Assert.Equal(
            [_folder["broken/metrics.jsonl, line 2"], _folder["lost/metrics.jsonl, line 1"]],
            problems.Select(problem => problem.Where));
        var picture = File.ReadAllText(_folder["loss.svg"]);
        Assert.Contains("broken (DAMAGED)", picture, StringComparison.Ordinal);
        Assert.Contains("whole", picture, StringComparison.Ordinal);
        Assert.Equal(2, Read("broken", isDamaged: true).Training.Count);
    }

    [Fact]
    public void A_file_full_of_broken_lines_does_not_fill_the_screen()
    {
        Run("broken", [.. Enumerable.Repeat("garbage", 1000)]);
        var problems = Assert.Throws<ConfigurationException>(() => Plot(["broken"])).Problems;
        Assert.Equal(6, problems.Count);
        Assert.Contains("995 more", problems[^1].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void From_leaves_out_what_lies_before()
    {
        Run("first", Step(1, 8.3), Step(2, 8.2), Step(3, 8.1));
        Plot(["first"], "loss.svg", "4K tokens");
        Assert.Contains("from 4K to 6.144K tokens", File.ReadAllText(_folder["loss.svg"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_start_that_no_run_has_reached_is_a_problem()
    {
        Run("first", Step(1, 8.3));
        Assert.Equal(
            "--from",
            Assert.Throws<ConfigurationException>(() => Plot(["first"], "loss.svg", "1M")).Problems.Single().Where);
    }

    [Fact]
    public void Runs_of_the_same_name_are_told_apart_by_their_paths_and_one_given_twice_is_drawn_once()
    {
        Run("a/first", Step(1, 8.3));
        Run("b/first", Step(1, 8.1));
        Plot(["a/first", "b/first", "b/first/"]);
        var svg = File.ReadAllText(_folder["loss.svg"]);
        Assert.Contains($"<title>{_folder["a/first"]}</title>", svg, StringComparison.Ordinal);
        Assert.Contains($"<title>{_folder["b/first"]}</title>", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("s2\">", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void The_help_has_an_example() =>
        Assert.Contains("minicpm plot runs/", PlotCommand.Create().Description, StringComparison.Ordinal);

    private void Plot(string[] runs, string picture = "loss.svg", string? from = null) =>
        PlotCommand.Run(
            [.. runs.Select(run => _folder[run])], _folder[picture], from,
            new Screen(_output, isTerminal: false, width: 100));

    private LossSeries Read(string run, bool isDamaged = false)
    {
        var problems = new ProblemCollector();
        var series = RunMetrics.Read(new RunFolder(_folder[run]), run, problems).Series;
        Assert.Equal(isDamaged, problems.Any);
        return series!;
    }

    private void Run(string name, params string[] lines)
    {
        Directory.CreateDirectory(_folder[name]);
        File.WriteAllText(_folder[name + "/run.yaml"], "name: first\n");
        File.WriteAllText(_folder[name + "/metrics.jsonl"], string.Concat(lines.Select(line => line + "\n")));
    }

    private static string Step(long step, double loss, PhaseKind phase = PhaseKind.Stable) =>
        MetricsLine.Write(new StepReport(step, step * 2048, loss, 0.01, 2048, 1, 0.5, 0, phase, 1, []));

    private static string HeldOut(long step, double loss) =>
        MetricsLine.Write(new HeldOutReport(step, step * 2048, loss, 64, 1, []));
}
