using System.Text.Json;

namespace MiniCpmDist.Distributed.Tests;

/// <summary>
/// What somebody needs who trains through a queue: a look before, an end in time, and where the time goes.
/// </summary>
public sealed class QueueTests(TinyWorkspace workspace) : IClassFixture<TinyWorkspace>
{
    [Fact]
    public void A_run_out_of_time_saves_ends_with_75_and_goes_on_to_the_same_bits()
    {
        Tool.Minicpm(workspace.Folder, "train", workspace.RunFile("unhurried")).Succeeded();

        // So short that the time is used up after the first step of every attempt.
        var result = Tool.LaunchMpirun(workspace.Folder, 2, "train", workspace.RunFile("hurried"), "--max-time", "1ms");
        Assert.Equal(75, result.ExitCode);
        Assert.Contains("minicpm resume", result.Output, StringComparison.Ordinal);
        var saved = Directory.GetDirectories(Path.Combine(Run("hurried"), "checkpoints"));
        Assert.Single(saved);
        Assert.Contains(
            "time-used-up", File.ReadAllText(Path.Combine(Run("hurried"), "journal.jsonl")), StringComparison.Ordinal);
        Assert.Equal(75, Tool.Minicpm(workspace.Folder, "resume", "runs/hurried", "--max-time", "1ms").ExitCode);
        Tool.Minicpm(workspace.Folder, "resume", "runs/hurried", "--max-time", "2h30m").Succeeded();

        Assert.Equal(workspace.LossColumn("unhurried"), workspace.LossColumn("hurried"));
        Assert.Equal(workspace.HashesOfCheckpoint("unhurried", 12), workspace.HashesOfCheckpoint("hurried", 12));
    }

    [Fact]
    public void A_profile_leaves_a_trace_of_the_steps_on_each_rank_and_the_bits_alone()
    {
        Tool.Minicpm(workspace.Folder, "train", workspace.RunFile("plain")).Succeeded();
        Tool.LaunchMpirun(workspace.Folder, 2, "train", workspace.RunFile("traced"), "--profile", "5..6").Succeeded();

        Assert.Equal(workspace.LossColumn("plain"), workspace.LossColumn("traced"));
        foreach (var rank in (int[])[0, 1])
        {
            var trace = File.ReadAllText(Path.Combine(Run("traced"), $"trace-rank{rank}.json"));
            using var json = JsonDocument.Parse(trace);
            var spans = json.RootElement.GetProperty("traceEvents").EnumerateArray()
                .Where(entry => entry.GetProperty("ph").GetString() == "X")
                .ToLookup(entry => entry.GetProperty("name").GetString());
            Assert.Equal(
                [
                    "all-gather", "backward", "broadcast", "checkpoint", "compare", "data", "evaluation", "exchange",
                    "forward", "gather", "norm", "optimizer", "reduction", "step",
                ],
                spans.Select(span => span.Key).Order(StringComparer.Ordinal));
            // Each rank has two of the four lanes, and three of the six micro-batches, of each step.
            Assert.Equal((2, 6, 6), (spans["step"].Count(), spans["forward"].Count(), spans["reduction"].Count()));
            Assert.All(spans.SelectMany(span => span), span =>
            {
                Assert.InRange(span.GetProperty("args").GetProperty("step").GetInt64(), 5, 6);
                Assert.Equal(rank, span.GetProperty("pid").GetInt32());
            });
        }
        var late = Tool.Minicpm(workspace.Folder, "train", workspace.RunFile("late"), "--profile", "12..13");
        Assert.Equal(2, late.ExitCode);
        Assert.Contains("1..12", late.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Run("late")));
    }

    [Fact]
    public void A_check_says_what_would_run_and_writes_nothing_and_overrides_count_in_it()
    {
        var result = Tool.LaunchMpirun(
            workspace.Folder, 2, "train", workspace.RunFile("looked-at"), "--check",
            "--set", "schedule.stable=16 steps", "--set", "schedule.learning_rate=0.02").Succeeded();

        string[] said = ["20 steps", "7,680 tokens", "0-1 on rank 0, 2-3 on rank 1", "1, 2, 4", "moments"];
        foreach (var part in said)
            Assert.Contains(part, result.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Run("looked-at")));

        var wrong = Tool.Minicpm(
            workspace.Folder, "train", workspace.RunFile("looked-at"), "--check",
            "--set", "schedule.learnign_rate=0.02", "--max-time", "soon");
        Assert.Equal(2, wrong.ExitCode);
        string[] problems =
            ["--set schedule.learnign_rate", "did you mean `learning_rate`", "--max-time", "`soon`"];
        foreach (var part in problems)
            Assert.Contains(part, wrong.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_begins_with_a_checkpoints_model_starts_from_its_loss_on_any_number_of_ranks()
    {
        Tool.Minicpm(workspace.Folder, "train", workspace.RunFile("teacher", steps: 40)).Succeeded();
        const string Model = "runs/teacher/checkpoints/step-00000040";
        Tool.Minicpm(workspace.Folder, "train", workspace.RunFile("pupil"), "--init-from", Model).Succeeded();
        Tool.LaunchMpirun(workspace.Folder, 2, "train", workspace.RunFile("pupils"), "--init-from", Model).Succeeded();

        Assert.Equal(workspace.LossColumn("pupil"), workspace.LossColumn("pupils"));
        var first = double.Parse(workspace.LossColumn("pupil")[1]);
        Assert.True(first < double.Parse(workspace.LossColumn("teacher")[1]) - 1, $"first loss {first}");
        var journal = File.ReadAllText(Path.Combine(Run("pupil"), "journal.jsonl"));
        Assert.Contains("weights-imported", journal, StringComparison.Ordinal);
        Assert.Contains("model.safetensors ", journal, StringComparison.Ordinal);

        var other = Tool.Minicpm(
            workspace.Folder, "train", workspace.RunFile("misfit-pupil"), "--init-from", Model,
            "--set", "model.num_hidden_layers=3", "--set", "model.scale_emb=1");
        Assert.Equal(2, other.ExitCode);
        foreach (var part in (string[])["num_hidden_layers", "scale_emb"])
            Assert.Contains(part, other.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Run("misfit-pupil")));
    }

    [Fact]
    public void Scripts_get_json()
    {
        Tool.Minicpm(workspace.Folder, "train", workspace.RunFile("json")).Succeeded();

        Assert.Equal(12, Json("eval", "runs/json", "--json").GetProperty("step").GetInt64());
        var tokenizer = Json("data", "inspect", "tokens", "--json").GetProperty("tokenizer");
        Assert.Equal(512, tokenizer.GetProperty("pieces").GetInt32());
        Assert.Equal(
            [4, 5, 10, 12],
            Tool.Minicpm(workspace.Folder, "checkpoint", "ls", "runs/json", "--json").Succeeded().Output
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => Parse(line).GetProperty("step").GetInt32()));
    }

    private JsonElement Json(params string[] arguments) =>
        Parse(Tool.Minicpm(workspace.Folder, arguments).Succeeded().Output);

    private static JsonElement Parse(string text)
    {
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }

    private string Run(string name) => Path.Combine(workspace.Folder, "runs", name);
}
