using System.Text.Json;

namespace MiniCpmDist.Distributed.Tests;

/// <summary>From a trunk to a model that answers, with the tool as a user calls it.</summary>
public sealed class AlignmentTests(TinyWorkspace workspace) : IClassFixture<TinyWorkspace>
{
    [Fact]
    public void A_trunk_is_fine_tuned_and_preference_optimized_on_other_worlds_and_after_a_kill_with_the_same_bits()
    {
        Tool.Minicpm(workspace.Folder, "train", workspace.RunFile("trunk")).Succeeded();
        WriteSamples();
        Align("sft", "trunk", "chat.jsonl", "tuned", "--epochs", "3");
        using (var world = RunningTool.Mpirun(workspace.Folder, 2, "resume", "runs/tuned"))
        {
            world.WaitUntil(() => workspace.LastStep("tuned") >= 12, "step 12 is in the metrics");
            world.KillWorld();
        }
        Tool.Minicpm(workspace.Folder, "resume", "runs/tuned").Succeeded();

        var replayed = Tool.Mpirun(workspace.Folder, 2, ["replay", "runs/tuned"]).Succeeded();
        Assert.Contains("to the last bit", replayed.Output, StringComparison.Ordinal);

        Align("dpo", "tuned", "pairs.jsonl", "preferred");
        Tool.Mpirun(workspace.Folder, 4, ["resume", "runs/preferred"]).Succeeded();
        Tool.Minicpm(workspace.Folder, "replay", "runs/preferred").Succeeded();

        Assert.Equal("0.6931471805599453", workspace.LossColumn("preferred")[1]);
        Assert.Equal(workspace.LossColumn("preferred"), workspace.LossColumn("preferred-replay"));
        var report = JsonDocument.Parse(File.ReadAllText(
            Path.Combine(workspace.Folder, "runs", "preferred", "alignment.json"))).RootElement;
        Assert.True(report.GetProperty("kl_per_token").GetDouble() >= 0);
        Assert.Single(report.GetProperty("text").EnumerateArray());
        Assert.Equal(
            File.ReadAllText(Path.Combine(workspace.Folder, "runs", "preferred", "alignment.json")),
            File.ReadAllText(Path.Combine(workspace.Folder, "runs", "preferred-replay", "alignment.json")));
        var answer = Tool.Minicpm(
            workspace.Folder, "generate", "runs/preferred", "--prompt", "<用户>Is 3 even?<AI>", "--tokens", "4",
            "--temperature", "0").Succeeded();
        Assert.StartsWith("<用户>Is 3 even?<AI>", answer.Output, StringComparison.Ordinal);
        var tree = Tool.Minicpm(workspace.Folder, "runs", "runs").Succeeded().Output;
        Assert.Contains("└─ tuned", tree, StringComparison.Ordinal);
        Assert.Contains("└─ preferred", tree, StringComparison.Ordinal);
        Assert.Matches(@"answer loss +margin +accuracy +chosen reward", tree);
        var tax = Tool.Minicpm(workspace.Folder, "eval", "runs/preferred", "--on", "runs/trunk").Succeeded();
        Assert.Contains("held-out loss", tax.Output, StringComparison.Ordinal);
        // The text of the tuned model: pairs have none.
        var all = Tool.Minicpm(workspace.Folder, "eval", "runs/trunk", "--all-branches").Succeeded();
        Assert.Equal(5, all.Output.Split("held-out loss").Length - 1);     // With two replays.
    }

    [Fact]
    public void Adapters_are_commanded_while_they_train_saved_as_a_peft_folder_and_exported_merged()
    {
        Tool.Minicpm(workspace.Folder, "train", workspace.RunFile("stem")).Succeeded();
        WriteSamples();
        Align("sft", "stem", "chat.jsonl", "adapted", "--epochs", "900", "--lora", "2");
        using (var world = RunningTool.Mpirun(workspace.Folder, 2, "resume", "runs/adapted"))
        {
            world.WaitUntil(() => workspace.LastStep("adapted") >= 1, "a step is in the metrics");
            var status = Tool.Minicpm(workspace.Folder, "ctl", "status", "runs/adapted").Succeeded().Output;
            Assert.Matches(@"^adapted: step \d+/\d+ .*2 rank\(s\)", status);
            Tool.Minicpm(workspace.Folder, "ctl", "checkpoint", "runs/adapted").Succeeded();
            Tool.Minicpm(workspace.Folder, "ctl", "stop", "runs/adapted").Succeeded();
            world.Finish(TimeSpan.FromSeconds(30)).Succeeded();
        }

        string[] export = ["export", "runs/adapted", "--to", "hf", "--out", "merged"];
        var unmerged = Tool.Minicpm(workspace.Folder, export);
        var needless = Tool.Minicpm(
            workspace.Folder, "export", "runs/stem", "--merge-lora", "--to", "hf", "--out", "merged");
        Tool.Minicpm(workspace.Folder, [.. export, "--merge-lora"]).Succeeded();

        Assert.Equal((2, 2), (unmerged.ExitCode, needless.ExitCode));
        Assert.Contains("it is a PEFT folder", unmerged.Errors, StringComparison.Ordinal);
        Assert.Contains("the model has no adapters", needless.Errors, StringComparison.Ordinal);
        var saved = Directory.EnumerateDirectories(
            Path.Combine(workspace.Folder, "runs", "adapted", "checkpoints")).Order(StringComparer.Ordinal).Last();
        Tool.Start(saved, "sha256sum", ["--check", "--quiet", "base.sha256"], []).Succeeded();
        string[] evaluate = ["eval", "runs/adapted", "merged", "--on", "runs/stem"];
        var losses = Tool.Minicpm(workspace.Folder, evaluate).Succeeded().Output.Split('\n')
            .Where(line => line.Contains("held-out loss", StringComparison.Ordinal))
            .Select(line => line.Split('\t')[2])
            .ToArray();
        Assert.Equal(2, losses.Length);
        Assert.Equal(losses[0], losses[1]);
    }

    [Fact]
    public void An_aligned_run_is_planned_queued_and_shown_before_it_is_made_like_any_other()
    {
        Tool.Minicpm(workspace.Folder, "train", workspace.RunFile("root")).Succeeded();
        WriteSamples();
        var queue = Directory.CreateDirectory(Path.Combine(workspace.Folder, "queue")).FullName;
        File.WriteAllText(
            Path.Combine(queue, "sbatch"), "#!/bin/sh\nprintf '%s\\n' \"$@\" >\"$0.calls\"\necho 4711\n");
        Tool.Start(workspace.Folder, "chmod", ["+x", Path.Combine(queue, "sbatch")], []).Succeeded();
        var script = Path.Combine(Tool.RepositoryRoot, "launch", "slurm.sbatch");
        (string, string)[] environment =
        [
            ("MINICPM_SBATCH", script), ("PATH", $"{queue}:{Environment.GetEnvironmentVariable("PATH")}"),
        ];
        string[] dpo =
        [
            Tool.Dll, "dpo", "runs/root", "--data", "pairs.jsonl", "--name", "queued", "--sequence-length", "96",
            "--launch=slurm", "--ranks", "2",
        ];

        var printed = Tool.Start(workspace.Folder, "dotnet", [.. dpo, "--print"], environment).Succeeded();
        var run = Path.Combine(workspace.Folder, "runs", "queued");
        Assert.Contains(
            $"--ntasks=2 --job-name=queued {script} resume {run}", printed.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(run));
        var queued = Tool.Start(workspace.Folder, "dotnet", dpo, environment).Succeeded();
        var nowhere = Tool.Minicpm(
            workspace.Folder, "sft", "runs/root", "--data", "chat.jsonl", "--name", "no/name", "--launch=moon");

        Assert.Contains("job 4711", queued.Output, StringComparison.Ordinal);
        Assert.Equal(
            ["--parsable", "--ntasks=2", "--job-name=queued", script, "resume", run],
            File.ReadAllLines(Path.Combine(queue, "sbatch.calls")));
        Assert.Equal(2, nowhere.ExitCode);
        foreach (var found in (string[])["moon", "no/name"])
            Assert.Contains(found, nowhere.Errors, StringComparison.Ordinal);
        var plan = Tool.Minicpm(workspace.Folder, "plan", Path.Combine(run, "run.yaml"), "--ranks", "2").Succeeded();
        Assert.Contains("queued on 2 ranks", plan.Output, StringComparison.Ordinal);
        Assert.Contains("FLOP a token", plan.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_that_is_wrong_with_a_fine_tuning_is_told_at_once_and_nothing_is_made()
    {
        Tool.Minicpm(workspace.Folder, "train", workspace.RunFile("base")).Succeeded();
        File.WriteAllText(
            Path.Combine(workspace.Folder, "bad.jsonl"),
            """
            {"messages":[{"role":"assistant","content":"x"}]}
            {"messages":[{"role":"system","content":"a"},{"role":"system","content":"b"}]}
            nonsense
            """);

        var options = Tool.Minicpm(
            workspace.Folder, "sft", "runs/base", "--data", "missing.jsonl", "--name", "a/b", "--template", "nothing");
        var samples = Tool.Minicpm(workspace.Folder, "sft", "runs/base", "--data", "bad.jsonl", "--name", "never");

        var checkpoint = Directory.EnumerateDirectories(
            Path.Combine(workspace.Folder, "runs", "base", "checkpoints")).First();
        var saved = Tool.Minicpm(workspace.Folder, "sft", checkpoint, "--data", "bad.jsonl", "--name", "never");
        var chosen = Tool.Minicpm(
            workspace.Folder, "export", checkpoint, "--at", "step:1", "--to", "hf", "--out", "never");

        Assert.Equal((2, 2, 2, 2), (options.ExitCode, samples.ExitCode, saved.ExitCode, chosen.ExitCode));
        Assert.Contains("name the run, and the checkpoint with --at step:", saved.Errors, StringComparison.Ordinal);
        Assert.Contains("which has no checkpoints", chosen.Errors, StringComparison.Ordinal);
        foreach (var found in (string[])["--name", "missing.jsonl", "--template"])
            Assert.Contains(found, options.Errors, StringComparison.Ordinal);
        foreach (var found in (string[])["bad.jsonl:1", "bad.jsonl:2", "two system messages", "bad.jsonl:3"])
            Assert.Contains(found, samples.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(workspace.Folder, "runs"), "never*"));
    }

    private void Align(string command, string parent, string data, string name, params string[] more) => Tool.Minicpm(
        workspace.Folder,
        [command, $"runs/{parent}", "--data", data, "--name", name, "--sequence-length", "96", .. more]).Succeeded();

    private void WriteSamples()
    {
        File.WriteAllLines(Path.Combine(workspace.Folder, "chat.jsonl"), Enumerable.Range(0, 150).Select(
            i => JsonSerializer.Serialize(
                new { instruction = $"Is {i} even?", output = i % 2 == 0 ? "Yes." : "No." })));
        File.WriteAllLines(Path.Combine(workspace.Folder, "pairs.jsonl"), Enumerable.Range(0, 60).Select(
            i => JsonSerializer.Serialize(new
            {
                prompt = $"Is {i} even?",
                chosen = i % 2 == 0 ? "Yes." : "No.",
                rejected = i % 2 == 0 ? "No." : "Yes.",
            })));
    }
}
