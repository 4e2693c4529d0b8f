namespace MiniCpmDist.Distributed.Tests;

public sealed class ReplayTests(TinyWorkspace workspace) : IClassFixture<TinyWorkspace>
{
    [Fact]
    public void A_run_of_2_ranks_with_growing_batches_is_replayed_on_4_and_a_changed_digit_is_found()
    {
        var file = workspace.RunFile("grown");
        File.WriteAllText(file, File.ReadAllText(file).Replace(
            "token_batch: 384 tokens",
            "token_batch: 384 tokens, batch_stages: [{ from: 5 steps, token_batch: 768 tokens, lr_rule: sqrt }]",
            StringComparison.Ordinal));
        Tool.Mpirun(workspace.Folder, 2, ["train", file]).Succeeded();

        var replayed = Tool.Mpirun(workspace.Folder, 4, ["replay", "runs/grown"]).Succeeded();

        Assert.Contains("all losses up to step 12 are those of", replayed.Output, StringComparison.Ordinal);
        Assert.Equal(workspace.LossColumn("grown"), workspace.LossColumn("grown-replay"));

        var metrics = Path.Combine(workspace.Folder, "runs", "grown", "metrics.jsonl");
        var lines = File.ReadAllLines(metrics);
        lines[2] = lines[2].Replace("\"loss\":", "\"loss\":1", StringComparison.Ordinal);
        File.WriteAllLines(metrics, lines);
        var other = Tool.Mpirun(workspace.Folder, 2, ["replay", "runs/grown", "--name", "other"]);
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("step 3: loss", other.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_without_a_journaled_configuration_is_refused_with_a_sentence()
    {
        Tool.Minicpm(workspace.Folder, "train", workspace.RunFile("old")).Succeeded();
        var journal = Path.Combine(workspace.Folder, "runs", "old", "journal.jsonl");
        File.WriteAllLines(journal, File.ReadAllLines(journal)
            .Where(line => !line.Contains("\"event\":\"configuration\"", StringComparison.Ordinal)));

        var refused = Tool.Minicpm(workspace.Folder, "replay", "runs/old");

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("the configuration of the first attempt", refused.Errors, StringComparison.Ordinal);
    }
}
