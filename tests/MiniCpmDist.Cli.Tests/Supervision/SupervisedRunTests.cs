using MiniCpmDist.Cli.Commands;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Cli.Tests.Supervision;

public sealed class SupervisedRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void The_first_attempt_is_what_the_user_typed_and_the_next_goes_on_with_the_time_that_is_left()
    {
        var run = MakeRun();
        string[] typed = ["resume", run, "--take-over", "--profile", "5..6", "--max-time", "2h"];
        var supervised = LaunchedRun.Open(typed);

        Assert.Equal(typed, supervised.NextArguments(TimeSpan.FromMilliseconds(3), takeOver: false)!);
        Assert.Equal(
            ["resume", run, "--max-time", "1h30m"],
            supervised.NextArguments(TimeSpan.FromMinutes(30), takeOver: false)!);
        Assert.Equal(
            ["resume", run, "--take-over", "--max-time", "1h"],
            supervised.NextArguments(TimeSpan.FromHours(1), takeOver: true)!);
        Assert.Null(supervised.NextArguments(TimeSpan.FromHours(2), takeOver: false));
    }

    [Fact]
    public void A_new_run_begins_again_until_its_folder_is_there()
    {
        var file = _folder["run.yaml"];
        File.WriteAllText(file, Text);
        string[] typed = ["train", file, "--runs", _folder["runs"], "--name", "fresh"];
        var supervised = LaunchedRun.Open(typed);
        Assert.Equal(typed, supervised.NextArguments(TimeSpan.Zero, takeOver: false)!);
        Assert.Equal(typed, supervised.NextArguments(TimeSpan.FromSeconds(9), takeOver: false)!);

        var run = Directory.CreateDirectory(Path.Combine(_folder["runs"], "fresh")).FullName;
        File.WriteAllText(Path.Combine(run, "run.yaml"), Text);

        Assert.Equal(["resume", run], supervised.NextArguments(TimeSpan.FromSeconds(9), takeOver: false)!);
    }

    [Fact]
    public void All_that_is_wrong_with_a_new_run_is_told_before_any_rank_starts()
    {
        var file = _folder["run.yaml"];
        File.WriteAllText(file, Text.Replace("seed: 7", "seed: many", StringComparison.Ordinal));

        var problem = Assert.Throws<ConfigurationException>(
            () => LaunchedRun.Open(["train", file, "--name", "not/a/name"]));

        Assert.Contains("many", problem.Message, StringComparison.Ordinal);
        Assert.Contains("--name", problem.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private const string Text = """
        name: any
        seed: 7
        model: nano
        data: { train: tokens, sequence_length: 64 }
        schedule: { learning_rate: 0.01, warmup: 1 steps, stable: 8 steps, decay: 0 steps, token_batch: 384 tokens }
        """;

    private string MakeRun()
    {
        var run = Directory.CreateDirectory(_folder["any"]).FullName;
        File.WriteAllText(Path.Combine(run, "run.yaml"), Text);
        return run;
    }
}
