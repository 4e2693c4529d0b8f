using System.Globalization;

namespace MiniCpmDist.Distributed.Tests;

/// <summary>Experiments whose runs share processes.</summary>
public sealed class TunnelTests(TinyWorkspace workspace) : IClassFixture<TinyWorkspace>
{
    private const string Sizes =
        "recipe: recipe.yaml\nsizes: { s: { hidden_size: 32, num_hidden_layers: 2, num_attention_heads: 2 } }\n";

    [Fact]
    public void Runs_that_share_a_process_have_the_bits_of_runs_of_their_own_and_a_report_shows_them()
    {
        Write("lr.yaml", Sizes + "learning_rate: { rates: [0.005, 0.02], tokens: 3072 tokens, standard: false }");
        var said = Tunnel("lr", "lr.yaml", "--jobs", "1").Succeeded().Output;

        Assert.Contains("2 of 2 lr-s-mup-0.02: held-out loss", said, StringComparison.Ordinal);
        foreach (var rate in (double[])[0.005, 0.02])
        {
            var packed = string.Create(CultureInfo.InvariantCulture, $"lr-s-mup-{rate}");
            var recipe = Path.Combine("runs", ".tunnel", $"{packed}.yaml");
            Minicpm("train", recipe, "--name", $"alone-{packed}").Succeeded();
            Assert.Equal(workspace.LossColumn($"alone-{packed}"), workspace.LossColumn(packed));
        }
        Minicpm("tunnel", "report", "runs").Succeeded();
        var page = File.ReadAllText(Path.Combine(workspace.Folder, "runs", "report", "index.html"));
        Assert.Contains("<a href=\"../lr-s-mup-0.02/\"><circle", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trial_that_goes_on_has_the_bits_of_one_that_was_never_interrupted()
    {
        Write(
            "search.yaml",
            Sizes + "search: { trials: 3, length: 1, repeats: 0, halving: { factor: 2, rungs: 2, check: 0 }, "
            + "space: { init_std: { from: 0.05, to: 0.2 } } }");
        Tunnel("search", "search.yaml").Succeeded();

        var trials = ((string[])["search-001", "search-002", "search-003"])
            .Where(trial => workspace.Journal(trial, "run-finished").Count == 2)
            .ToList();
        Assert.Equal(2, trials.Count);
        var whole = Path.Combine("runs", trials[0], "run.yaml");
        Minicpm("train", whole, "--name", "never-interrupted").Succeeded();
        var (once, twice) = (workspace.LossColumn("never-interrupted"), workspace.LossColumn(trials[0]));
        Assert.Equal(once, twice);
        Minicpm("replay", Path.Combine("runs", trials[0]), "--name", "replayed").Succeeded();
    }

    [Fact]
    public void A_run_that_cannot_be_trained_ends_the_experiment_with_what_it_said()
    {
        Write("broken.yaml", Sizes + "learning_rate: { rates: [0.01], tokens: 3072 tokens, standard: false }");
        // Damaged where only training looks.
        var broken = Path.Combine(workspace.Folder, "broken");
        Directory.CreateDirectory(broken);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(workspace.Folder, "tokens")))
            File.Copy(file, Path.Combine(broken, Path.GetFileName(file)));
        File.WriteAllText(Path.Combine(broken, "held-out.index"), "no index");
        Write("recipe-broken.yaml", Recipe.Replace("train: tokens", "train: broken", StringComparison.Ordinal));
        Write(
            "broken.yaml",
            File.ReadAllText(Path.Combine(workspace.Folder, "broken.yaml"))
                .Replace("recipe.yaml", "recipe-broken.yaml", StringComparison.Ordinal));

        var result = Tunnel("lr", "broken.yaml", "--name", "broken");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("held-out.index", result.Output, StringComparison.Ordinal);
        Assert.Contains("logs/broken-s-mup-0.01.log", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Ctrl_C_saves_the_runs_that_are_under_way_and_the_same_command_trains_the_rest()
    {
        const string stopped = "stopped-s-mup-0.005";
        Write("recipe.yaml", Recipe);
        Write("long.yaml", Sizes + "learning_rate: { rates: [0.005, 0.02], tokens: 64K tokens, standard: false }");
        string[] command = ["tunnel", "lr", "long.yaml", "--allow-repeats", "--jobs", "1", "--name", "stopped"];
        using (var process = RunningTool.Minicpm(workspace.Folder, command))
        {
            process.WaitUntil(
                () => workspace.LastStep(stopped) >= 3 || workspace.LastStep("stopped-s-mup-0.02") >= 3,
                "the first run is at step 3");
            process.SignalStarted("INT");
            var result = process.Finish(TimeSpan.FromMinutes(2));
            Assert.Equal(75, result.ExitCode);
            Assert.Contains("The same command goes on with it.", result.Output, StringComparison.Ordinal);
        }

        Minicpm(command).Succeeded();
        Assert.Equal(250, workspace.LastStep(stopped));
        Assert.Equal(250, workspace.LastStep("stopped-s-mup-0.02"));
    }

    private const string Recipe =
        "seed: 3\nmodel: { hidden_size: 64, intermediate_size: 160, num_hidden_layers: 2, num_attention_heads: 4, "
        + "num_key_value_heads: 4, head_dim: 16, vocab_size: 512, dim_model_base: 32 }\n"
        + "data: { train: tokens, sequence_length: 64, evaluate_every: never, evaluate_sequences: 6 }\n"
        + "schedule: { learning_rate: 0.01, warmup: 2 steps, stable: 8 steps, decay: 0 steps, "
        + "token_batch: 256 tokens }\n"
        + "parallel: { lanes: 1, micro_batch: 2 }\n";

    private ToolResult Tunnel(string kind, string file, params string[] more)
    {
        Write("recipe.yaml", Recipe);
        return Minicpm(["tunnel", kind, file, "--allow-repeats", .. more]);
    }

    private ToolResult Minicpm(params string[] arguments) => Tool.Minicpm(workspace.Folder, arguments);

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(workspace.Folder, name), text);
}
