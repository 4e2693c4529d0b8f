namespace MiniCpmDist.Distributed.Tests;

public sealed class FaultTests(TinyWorkspace workspace) : IClassFixture<TinyWorkspace>
{
    [Fact]
    public void Every_problem_of_a_configuration_is_told_at_once_and_nothing_is_left_behind()
    {
        var path = Path.Combine(workspace.Folder, "bad.yaml");
        File.WriteAllText(path, """
            name: bad
            model: nanoo
            data: { train: nowhere, sequence_lenght: 64 }
            schedule: { learning_rate: fast, token_batch: 384 tokens }
            parallel: { lanes: 7 }
            """);

        var result = Tool.Minicpm(workspace.Folder, "train", path);

        Assert.Equal(2, result.ExitCode);
        string[] parts =
            ["nanoo", "sequence_lenght", "did you mean `sequence_length`?", "learning_rate", "fast", "nowhere"];
        foreach (var part in parts)
            Assert.Contains(part, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("?.", result.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(workspace.Folder, "runs", "bad")));
    }

    [Fact]
    public void A_world_size_that_does_not_fit_the_lanes_is_refused_once_with_those_that_do()
    {
        var result = Tool.LaunchMpirun(workspace.Folder, 3, "train", workspace.RunFile("misfit"));

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("1, 2, 4", result.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(workspace.Folder, "runs", "misfit")));
    }

    [Fact]
    public void A_run_folder_that_exists_is_refused_and_not_touched()
    {
        var existing = Path.Combine(workspace.Folder, "runs", "taken");
        Directory.CreateDirectory(existing);

        var result = Tool.LaunchMpirun(workspace.Folder, 2, "train", workspace.RunFile("taken"));

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("minicpm resume", result.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(existing));
    }

    [Fact]
    public void A_vocabulary_larger_than_the_model_is_refused()
    {
        var path = workspace.RunFile("small-vocabulary");
        var text = File.ReadAllText(path);
        File.WriteAllText(path, text.Replace("vocab_size: 512", "vocab_size: 300", StringComparison.Ordinal));

        var result = Tool.Minicpm(workspace.Folder, "train", path);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("vocab_size", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Launch_mpirun_repeats_all_lines_of_the_first_cause_at_the_end()
    {
        var path = Path.Combine(workspace.Folder, "five.yaml");
        File.WriteAllText(path, """
            name: five
            seed: many
            model: nanoo
            data: { train: tokens, sequence_length: 64, shuffled: true }
            schedule: { learning_rate: fast, stable: 8 steps, token_batch: 384 tokens }
            checkpoint: { every: sometimes }
            """);

        var result = Tool.LaunchMpirun(workspace.Folder, 2, "train", path);

        Assert.Equal(2, result.ExitCode);
        var cause = result.Errors[result.Errors.LastIndexOf("First cause:", StringComparison.Ordinal)..];
        foreach (var part in (string[])["many", "nanoo", "shuffled", "fast", "sometimes"])
            Assert.Contains($"found `{part}`", cause, StringComparison.Ordinal);
        // The header, the line that names minicpm, and one line for each further problem: nothing else comes after.
        Assert.Equal(6, cause.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Theory]
    [InlineData("eval", "--sequences", "0")]
    [InlineData("eval", "--sequences", "-1")]
    [InlineData("eval", "--sequences", "many")]
    [InlineData("generate", "--tokens", "0")]
    [InlineData("generate", "--temperature", "-0.5")]
    [InlineData("generate", "--temperature", "NaN")]
    [InlineData("generate", "--top-k", "-1")]
    public void A_number_on_the_command_line_that_makes_no_sense_is_a_problem_of_the_user(
        string command, string option, string value)
    {
        var result = Tool.Minicpm(workspace.Folder, command, "runs/any", option, value);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(option, result.Errors, StringComparison.Ordinal);
        Assert.Contains(value, result.Errors, StringComparison.Ordinal);
    }
}
