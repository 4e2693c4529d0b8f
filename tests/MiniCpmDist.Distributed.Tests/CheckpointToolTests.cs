using System.Text.Json;

namespace MiniCpmDist.Distributed.Tests;

/// <summary><c>minicpm checkpoint</c> on a run of twelve steps with checkpoints after 4, 5, 10 and 12.</summary>
public sealed class CheckpointToolTests(TinyWorkspace workspace) : IClassFixture<TinyWorkspace>
{
    [Fact]
    public void Diff_says_what_differs_and_ends_as_diff_does()
    {
        Tool.Minicpm(workspace.Folder, "train", workspace.RunFile("one")).Succeeded();
        Tool.Mpirun(workspace.Folder, 2, ["train", workspace.RunFile("two")]).Succeeded();

        var equal = Checkpoint("diff", "runs/one/checkpoints/step-00000010", "runs/one/checkpoints/step-00000010/");
        var steps = Checkpoint("diff", "runs/one", "step:5", "step:10", "--json");
        var runs = Checkpoint(
            "diff", "runs/one/checkpoints/step-00000012", "runs/two/checkpoints/step-00000012");

        Assert.Equal((0, "equal to the last bit"), (equal.ExitCode, equal.Output.Trim()));
        Assert.Equal(1, steps.ExitCode);
        using var json = JsonDocument.Parse(steps.Output);
        Assert.Equal(
            [
                "model.safetensors", "optimizer-exp_avg-00001.safetensors", "optimizer-exp_avg_sq-00001.safetensors",
                "state.json",
            ],
            json.RootElement.GetProperty("files").EnumerateArray().Select(file => file.GetString()));
        var step = json.RootElement.GetProperty("state").EnumerateArray()
            .Single(entry => entry.GetProperty("key").GetString() == "step");
        Assert.Equal(("5", "10"), (step.GetProperty("first").GetString(), step.GetProperty("second").GetString()));
        var tensor = json.RootElement.GetProperty("tensors").EnumerateArray()
            .Single(entry => entry.GetProperty("name").GetString() == "model.norm.weight");
        Assert.InRange(tensor.GetProperty("max_absolute").GetDouble(), 1e-6, 1);
        // Only the name of the run differs between worlds of one and two ranks.
        Assert.Equal(1, runs.ExitCode);
        Assert.Contains("state   run: one | two", runs.Output, StringComparison.Ordinal);
        Assert.Contains("differ: 1 files, 1 keys of the state, 0 tensors", runs.Output, StringComparison.Ordinal);

        var wrong = Checkpoint("diff", "runs/one", "step:7", "tomorrow");
        Assert.Equal(2, wrong.ExitCode);
        foreach (var part in (string[])["a checkpoint of step 7", "steps 4, 5, 10, 12", "`tomorrow`"])
            Assert.Contains(part, wrong.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Prune_deletes_what_ls_says_nothing_keeps_and_journals_it()
    {
        Tool.Minicpm(workspace.Folder, "train", workspace.RunFile("full")).Succeeded();
        Tool.Minicpm(workspace.Folder, "branch", "runs/full", "--at", "step:5", "--decay", "2 steps", "--name", "child")
            .Succeeded();

        Assert.Equal(2, Checkpoint("prune", "runs/full").ExitCode);
        var dry = Checkpoint("prune", "runs/full", "--keep-last", "1", "--dry-run").Succeeded();
        Assert.Equal("step 10\twould be deleted", dry.Output.Trim());
        Assert.Equal(4, Listed().Length);
        Checkpoint("prune", "runs/full", "--keep-last", "1").Succeeded();

        Assert.Equal(
            [
                "4 phase-end: all, phase end", "5 interval: all, parent of child", "12 end: all, last",
            ],
            Listed());
        Assert.Equal([10], workspace.Journal("full", "checkpoint-deleted").Select(entry => (int)entry.Step));
        Checkpoint("verify", "runs/full").Succeeded();
    }

    private string[] Listed() =>
        [.. Checkpoint("ls", "runs/full", "--json").Succeeded().Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line =>
            {
                using var json = JsonDocument.Parse(line);
                var keptFor = json.RootElement.GetProperty("kept_for").EnumerateArray()
                    .Select(reason => reason.GetString());
                return $"{json.RootElement.GetProperty("step")} {json.RootElement.GetProperty("cause")}: "
                    + string.Join(", ", keptFor);
            })];

    private ToolResult Checkpoint(params string[] arguments) =>
        Tool.Minicpm(workspace.Folder, ["checkpoint", .. arguments]);
}
