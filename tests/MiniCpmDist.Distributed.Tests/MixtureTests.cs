using System.Text.Json;

namespace MiniCpmDist.Distributed.Tests;

/// <summary>
/// Two sources, of which the decay has one that the stable phase did not have, by the commands of a user.
/// </summary>
public sealed class MixtureTests : IClassFixture<TinyWorkspace>
{
    private readonly TinyWorkspace _workspace;

    public MixtureTests(TinyWorkspace workspace)
    {
        _workspace = workspace;
        if (Directory.Exists(Path.Combine(workspace.Folder, "pairs")))
            return;
        var lines = Enumerable.Range(0, 300).Select(i => JsonSerializer.Serialize(
            new { question = $"What is {i} and {i + 1} together?", answer = $"It is {i + i + 1}, of course." }));
        File.WriteAllLines(Path.Combine(workspace.Folder, "pairs.jsonl"), lines);
        Tool.Minicpm(
            workspace.Folder, "data", "build", "--tokenizer", "tokenizer.model", "--sequence-length", "64",
            "--held-out", "0.2", "--input-field", "question", "--output-field", "answer", "--out", "pairs",
            "pairs.jsonl").Succeeded();
    }

    [Fact]
    public void A_branch_reads_on_where_its_trunk_was_with_the_mixture_of_the_decay()
    {
        Train("trunk", ranks: 2);
        Tool.Minicpm(
            _workspace.Folder, "branch", "runs/trunk", "--at", "step:10", "--decay", "4 steps", "--name", "decayed")
            .Succeeded();

        Tool.Mpirun(_workspace.Folder, 4, ["resume", "runs/decayed"]).Succeeded();

        var trunk = Consumed("trunk", 10);
        var branch = Consumed("decayed", 14);
        Assert.Equal((60, 0), trunk);
        // Four steps of six sequences, half of them pairs.
        Assert.Equal((60 + 12, 12), branch);
        Assert.All(Sources("trunk", "held_out_loss"), sources => Assert.Equal(["tokens", "pairs"], sources.Keys));
        Assert.All(Sources("trunk", "grad_norm"), sources => Assert.Equal(["tokens"], sources.Keys));
        Assert.All(Sources("decayed", "grad_norm"), sources => Assert.Equal(["tokens", "pairs"], sources.Keys));
        // Of a pair only the answer bears loss.
        Assert.All(
            Sources("decayed", "grad_norm"), sources => Assert.InRange(sources["pairs"], 1, sources["tokens"] - 1));
    }

    [Fact]
    public void A_mixture_has_the_same_losses_on_1_2_and_4_ranks()
    {
        foreach (var ranks in (int[])[1, 2, 4])
            Train($"mixed-{ranks}", ranks, stable: "1", pairs: "0", decay: "6 steps");

        Assert.Equal(_workspace.LossColumn("mixed-1"), _workspace.LossColumn("mixed-2"));
        Assert.Equal(_workspace.LossColumn("mixed-1"), _workspace.LossColumn("mixed-4"));
    }

    [Fact]
    public void Inspecting_a_run_file_tells_how_often_each_source_will_be_read()
    {
        var result = Tool.Minicpm(_workspace.Folder, "data", "inspect", RunFile("looked-at"), "--json").Succeeded();

        var lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .ToArray();
        var planned = lines[..2].Select(line => line.GetProperty("planned")).ToArray();
        Assert.Equal(["tokens", "pairs"], planned.Select(plan => plan.GetProperty("source").GetString()));
        Assert.Equal([0.5, 0.5], planned.Select(plan => plan.GetProperty("decay_share").GetDouble()));
        // Sixteen steps of six sequences, four of the steps shared.
        Assert.Equal([84, 12], planned.Select(plan => plan.GetProperty("sequences").GetDouble()));
        // After the sources, what each holds out and the other trains on.
        Assert.Equal(
            ["pairs", "tokens"],
            lines[2..].Select(line => line.GetProperty("overlap").GetProperty("held_out").GetString())
                .Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Data_changed_after_the_build_and_other_problems_are_told_at_once()
    {
        var copy = Path.Combine(_workspace.Folder, "changed");
        Directory.CreateDirectory(copy);
        foreach (var original in Directory.EnumerateFiles(Path.Combine(_workspace.Folder, "pairs")))
            File.Copy(original, Path.Combine(copy, Path.GetFileName(original)), overwrite: true);
        using (var tokens = File.OpenWrite(Path.Combine(copy, "train.tokens")))
        {
            tokens.Position = tokens.Length / 2;
            tokens.WriteByte(99);
        }
        var file = RunFile("wrong", more: "checkpoint: { evry: 5 steps }");
        var written = File.ReadAllText(file);
        File.WriteAllText(file, written.Replace("path: pairs", "path: changed", StringComparison.Ordinal));

        var result = Tool.Minicpm(_workspace.Folder, "train", file);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("train.tokens", result.Errors, StringComparison.Ordinal);
        Assert.Contains("did you mean `every`?", result.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_workspace.Folder, "runs", "wrong")));
    }

    private void Train(string name, int ranks, string stable = "1", string pairs = "0", string decay = "0 steps") =>
        Tool.Mpirun(
            _workspace.Folder, ranks,
            ["train", RunFile(name, stable, pairs, decay: decay), "--runs", "runs"]).Succeeded();

    private string RunFile(
        string name, string stable = "1", string pairs = "0", string more = "", string decay = "4 steps")
    {
        var path = _workspace.RunFile(name, decay: decay);
        var text = File.ReadAllText(path)
            .Replace(
                "train: tokens,",
                $"sources: {{ tokens: {{ path: tokens, stable: {stable}, decay: 0.5 }}, "
                + $"pairs: {{ path: pairs, stable: {pairs}, decay: 0.5 }} }},",
                StringComparison.Ordinal);
        if (more.Length > 0)
            text = text[..text.IndexOf("checkpoint:", StringComparison.Ordinal)] + more + "\n";
        File.WriteAllText(path, text);
        return path;
    }

    private (long Tokens, long Pairs) Consumed(string run, int step)
    {
        var path = Path.Combine(_workspace.Folder, "runs", run, "checkpoints", $"step-{step:D8}", "state.json");
        using var json = JsonDocument.Parse(File.ReadAllText(path));
        var counts = json.RootElement.GetProperty("sources").EnumerateArray().ToDictionary(
            source => source.GetProperty("name").GetString()!, source => source.GetProperty("consumed").GetInt64());
        return (counts["tokens"], counts["pairs"]);
    }

    /// <summary>Loss-bearing tokens by source, of each line that has a key.</summary>
    private IEnumerable<Dictionary<string, long>> Sources(string run, string key)
    {
        foreach (var line in _workspace.Lines(run, "metrics.jsonl"))
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.TryGetProperty(key, out _))
            {
                yield return json.RootElement.GetProperty("sources").EnumerateObject().ToDictionary(
                    source => source.Name, source => source.Value.GetProperty("tokens").GetInt64());
            }
        }
    }
}
