using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.History;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.History;

namespace MiniCpmDist.Cli.Tests.Watching;

public sealed class FamilyHistoriesTests : IDisposable
{
    private readonly TemporaryFolder _runs = new();

    public void Dispose() => _runs.Dispose();

    [Fact]
    public void A_run_is_shown_with_its_trunk_and_all_that_left_it_and_not_with_strangers()
    {
        Make("trunk");
        Make("first", "trunk", 400);
        Make("second", "trunk", 600);
        Make("of-first", "first", 420);
        Make("stranger");

        var family = new FamilyHistories(new RunFolder(_runs["second"])).Read();

        Assert.Equal(
            [("trunk", null, 0), ("first", "trunk", 400), ("second", "trunk", 600), ("of-first", "first", 420)],
            family.Select(run => (run.Name, run.Parent, run.ParentStep)));
    }

    [Fact]
    public void A_trunk_that_is_gone_is_named_and_its_branch_is_shown()
    {
        Make("tail", "trunk", 400);

        var only = Assert.Single(new FamilyHistories(new RunFolder(_runs["tail"])).Read());

        Assert.Equal(("tail", "trunk", 400), (only.Name, only.Parent, only.ParentStep));
    }

    [Fact]
    public void Folders_that_name_each_other_are_shown_once()
    {
        Make("one", "other", 1);
        Make("other", "one", 1);

        Assert.Equal(2, new FamilyHistories(new RunFolder(_runs["one"])).Read().Count);
    }

    [Fact]
    public void A_run_file_that_cannot_be_read_costs_a_run_its_relatives_and_nobody_the_page()
    {
        Make("trunk");
        Make("broken", "trunk", 1);
        File.WriteAllText(_runs["broken/run.yaml"], "name: [");

        Assert.Equal(["trunk"], new FamilyHistories(new RunFolder(_runs["trunk"])).Read().Select(run => run.Name));
        Assert.Equal(["broken"], new FamilyHistories(new RunFolder(_runs["broken"])).Read().Select(run => run.Name));
    }

    [Fact]
    public void Branches_that_are_made_later_are_found_and_those_that_are_deleted_go()
    {
        Make("trunk");
        var histories = new FamilyHistories(new RunFolder(_runs["trunk"]));
        Assert.Single(histories.Read());
        Make("branch", "trunk", 1);
        Assert.Equal(2, histories.Read().Count);
        Directory.Delete(_runs["branch"], recursive: true);
        Assert.Single(histories.Read());
    }

    [Fact]
    public void What_was_there_before_this_process_is_shown_and_what_comes_is_added()
    {
        Make("trunk");
        Write("metrics.jsonl", Step(1), Step(2), HeldOut(2));
        var phase = new JournalEntry("phase", 1, 0, new Dictionary<string, object?> { ["phase"] = "Stable" });
        Write("journal.jsonl", phase.Write());
        var (histories, folder) = Follow();

        Write("metrics.jsonl", Step(3));
        File.AppendAllText(_runs["trunk/metrics.jsonl"], Step(4)[..20]);
        histories.Read();
        var news = folder.Since(HistoryCursor.None);

        Assert.Equal([1, 2, 3], news.Points.Select(point => (int)point.Step));
        Assert.Equal([2], news.HeldOut.Select(point => (int)point.Step));
        Assert.Equal(["the stable phase begins"], news.Events.Select(happened => happened.Text));

        // The line that was under way is whole now.
        File.AppendAllText(_runs["trunk/metrics.jsonl"], Step(4)[20..] + "\n");
        histories.Read();
        Assert.Equal(4, folder.Newest?.Step);
    }

    [Fact]
    public void A_resumed_run_has_each_step_once()
    {
        Make("trunk");
        Write("metrics.jsonl", Step(1), Step(2), HeldOut(2), Step(3), HeldOut(3), Step(3), Step(4));

        var news = Follow().History.Since(HistoryCursor.None);

        Assert.Equal([1, 2, 3, 4], news.Points.Select(point => (int)point.Step));
        Assert.Equal([2], news.HeldOut.Select(point => (int)point.Step));
    }

    [Fact]
    public void A_damaged_line_is_left_out_and_a_run_that_was_made_anew_begins_anew()
    {
        Make("trunk");
        Write("metrics.jsonl", Step(1), "{\"step\":2,\"lo", Step(3));
        Write("journal.jsonl", "nonsense");
        var (histories, history) = Follow();
        Assert.Equal([1, 3], history.Since(HistoryCursor.None).Points.Select(point => (int)point.Step));

        File.WriteAllText(_runs["trunk/metrics.jsonl"], Step(1) + "\n");
        histories.Read();
        histories.Read();

        Assert.Equal([1], history.Since(HistoryCursor.None).Points.Select(point => (int)point.Step));
    }

    [Fact]
    public void A_file_of_many_megabytes_is_read_piece_by_piece_and_none_is_lost()
    {
        Make("trunk");
        var line = Step(1);
        var steps = 9_000_000 / line.Length;
        Write("metrics.jsonl", [.. Enumerable.Range(1, steps).Select(step => Step(step))]);
        var (histories, history) = Follow();
        Assert.InRange(history.Newest!.Value.Step, 1, steps - 1);

        for (var i = 0; i < 4; i++)
            histories.Read();

        Assert.Equal(steps, history.Newest!.Value.Step);
    }

    private (FamilyHistories Family, RunHistory History) Follow()
    {
        var histories = new FamilyHistories(new RunFolder(_runs["trunk"]));
        return (histories, histories.Read().Single(run => run.Name == "trunk").History);
    }

    private void Write(string file, params string[] lines) =>
        File.AppendAllText(_runs[$"trunk/{file}"], string.Concat(lines.Select(line => line + "\n")));

    private void Make(string name, string? parent = null, long step = 0)
    {
        Directory.CreateDirectory(_runs[name]);
        var options = RunFile.Parse($$"""
            name: {{name}}
            model: nano
            data: { train: tokens, sequence_length: 64 }
            schedule: { stable: 8 steps, token_batch: 384 tokens }
            """, "run.yaml");
        if (parent is not null)
            options = options with { Parent = new ParentOptions($"../{parent}", step) };
        File.WriteAllText(_runs[$"{name}/run.yaml"], RunFile.Write(options));
    }

    private static string Step(long step) => MetricsLine.Write(new StepReport(
        step, step * 2048, 5, 0.01, 2048, 1, 0.5, 0.01, PhaseKind.Stable, 1, []));

    private static string HeldOut(long step) =>
        MetricsLine.Write(new HeldOutReport(step, step * 2048, 5.5, 16, 1, []));
}
