namespace MiniCpmDist.Distributed.Tests;

public sealed class FaultTests(TinyWorkspace workspace) : IClassFixture<TinyWorkspace>
{
    [Fact]
    public void Every_fault_of_a_configuration_is_told_at_once_and_nothing_is_left_behind()
    {
        var path = Path.Combine(workspace.Folder, "bad.yaml");
        File.WriteAllText(path, """
            name: bad
            model: nanoo
            data: { train: nowhere, sequence_lenght: 64 }
            schedule: { learning_rate: fast, token_batch: 384 tokens }
            """);

        var result = Tool.Minicpm(workspace.Folder, "train", path);

        Assert.Equal(2, result.ExitCode);
        foreach (var part in (string[])["nanoo", "sequence_lenght", "sequence_length", "learning_rate", "fast"])
            Assert.Contains(part, result.Errors, StringComparison.Ordinal);
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
    public void When_one_rank_is_killed_the_others_end_within_seconds()
    {
        var path = workspace.RunFile("killed", steps: 100_000);
        // The rank that is not 0 kills itself from outside after a few seconds of training.
        const string Script = "if [ \"$OMPI_COMM_WORLD_RANK\" = 1 ]; then (sleep 6; kill -9 $$) & fi; exec \"$@\"";

        var result = Tool.Start(
            workspace.Folder, "mpirun",
            [
                "--oversubscribe", "-n", "2", "bash", "-c", Script, "bash", "dotnet",
                Path.Combine(AppContext.BaseDirectory, "minicpm.dll"), "train", path,
            ],
            [("OMPI_ALLOW_RUN_AS_ROOT", "1"), ("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1")]);

        Assert.NotEqual(0, result.ExitCode);
        Assert.InRange(result.Elapsed.TotalSeconds, 5, 30);
    }
}
