namespace MiniCpmDist.Distributed.Tests;

/// <summary>Where a run starts the branches that it makes by itself.</summary>
public sealed class BranchLaunchTests(TinyWorkspace workspace) : IClassFixture<TinyWorkspace>
{
    [Fact]
    public void A_run_that_is_a_job_of_Slurm_queues_its_branches_there()
    {
        var queue = Directory.CreateDirectory(Path.Combine(workspace.Folder, "queue")).FullName;
        var script = Path.Combine(Tool.RepositoryRoot, "launch", "slurm.sbatch");
        File.WriteAllText(Path.Combine(queue, "sbatch"), """
            #!/bin/sh
            printf '%s\n' "$@" >>"$0.calls"
            env >"$0.environment"
            echo 4711
            """);
        Tool.Start(workspace.Folder, "chmod", ["+x", Path.Combine(queue, "sbatch")], []).Succeeded();
        var file = workspace.RunFile(
            "queued-trunk", more: "branches: { every: 6 steps, decay: 2 steps, launch: true, ranks: 2 }");

        Train(
            file, ("MINICPM_LAUNCH", "slurm"), ("MINICPM_SBATCH", script), ("SLURM_JOB_ID", "7"),
            ("PATH", $"{queue}:{Environment.GetEnvironmentVariable("PATH")}")).Succeeded();

        var branch = Path.Combine(workspace.Folder, "runs", "queued-trunk-decay-6");
        Assert.True(File.Exists(Path.Combine(branch, "run.yaml")));
        // The branch at the end of the run may be queued first.
        string[] expected =
            ["--parsable", "--ntasks=2", "--job-name=queued-trunk-decay-6", script, "resume", branch];
        var calls = File.ReadAllLines(Path.Combine(queue, "sbatch.calls"));
        Assert.Contains(calls.Chunk(expected.Length), call => call.SequenceEqual(expected));
        Assert.DoesNotContain("SLURM_JOB_ID", File.ReadAllText(Path.Combine(queue, "sbatch.environment")),
            StringComparison.Ordinal);
        Assert.Contains(
            workspace.Lines("queued-trunk", "journal.jsonl"),
            line => line.Contains("job 4711", StringComparison.Ordinal));
    }

    [Fact]
    public void A_place_that_nobody_knows_is_a_problem_before_anything_is_written()
    {
        var result = Train(workspace.RunFile("nowhere-trunk"), ("MINICPM_LAUNCH", "moon"));

        Assert.Equal(2, result.ExitCode);
        foreach (var part in (string[])["MINICPM_LAUNCH", "moon", "local, slurm, kubernetes"])
            Assert.Contains(part, result.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(workspace.Folder, "runs", "nowhere-trunk")));
    }

    private ToolResult Train(string file, params (string, string)[] environment) =>
        Tool.Start(workspace.Folder, "dotnet", [Tool.Dll, "train", file], environment);
}
