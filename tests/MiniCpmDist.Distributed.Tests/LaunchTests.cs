using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Distributed.Tests;

/// <summary>Worlds under a supervisor, and what becomes of them.</summary>
public sealed class LaunchTests(TinyWorkspace workspace) : IClassFixture<TinyWorkspace>
{
    private const int ResumeLater = 75;
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);
    private static readonly string s_launcher = Path.Combine(Tool.RepositoryRoot, "launch", "mpirun");

    [Fact]
    public void A_killed_rank_costs_time_and_no_bit()
    {
        Tool.Minicpm(workspace.Folder, "train", workspace.RunFile("calm")).Succeeded();

        var result = Launch(
            [("MINICPM_FAULTS", Once("killed", "rank=1 step=8 at=collective do=kill"))],
            "-n", "2", "train", workspace.RunFile("killed")).Succeeded();

        Assert.Contains("failed (killed): ", result.Errors, StringComparison.Ordinal);
        Assert.Contains("1 failure(s) in", result.Errors, StringComparison.Ordinal);
        Assert.Equal(workspace.LossColumn("calm"), workspace.LossColumn("killed"));
        Assert.Equal(workspace.HashesOfCheckpoint("calm", 12), workspace.HashesOfCheckpoint("killed", 12));
        // The checkpoint of step 5 may have been under way.
        Assert.InRange(workspace.Journal("killed", "run-started")[^1].Step, 4, 5);
        var runs = Tool.Minicpm(workspace.Folder, "runs", "--json").Succeeded().Output;
        Assert.Contains("\"failures\":1", runs, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_stopped_rank_is_named_with_its_step_and_the_run_goes_on_without_waiting_for_it()
    {
        var result = Launch(
            [("MINICPM_FAULTS", Once("stopped", "rank=1 step=8 at=step do=stop"))],
            "-n", "2", "train", workspace.RunFile("stopped", more: "recovery: { hang_after: 10s }")).Succeeded();

        Assert.Matches(
            @"gets nowhere: rank 1 \(\S+, process \d+\) in step \d, [^;]+, said nothing for \d+ s: stopped, or cut "
            + @"off; meanwhile rank 0 \(\S+, process \d+\) in step 8, ",
            result.Errors);
        Assert.Contains("hung", result.Errors, StringComparison.Ordinal);
        Assert.Equal(12, workspace.LastStep("stopped"));
    }

    [Fact]
    public void A_fault_of_the_user_is_told_once_and_not_tried_again()
    {
        var path = workspace.RunFile("wrong");
        File.WriteAllText(path, File.ReadAllText(path).Replace("seed: 7", "seed: many", StringComparison.Ordinal));

        var result = Launch([], "-n", "2", "train", path);

        Assert.Equal(2, result.ExitCode);
        Assert.Equal(1, Count(result.Errors, "found `many`"));
    }

    [Theory]
    [InlineData("paint", "train or resume")]
    [InlineData("train", "minicpm train --help")]
    public void Only_train_and_resume_can_be_launched_and_only_with_what_they_need(string command, string expected)
    {
        var result = Launch([], command);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_gets_nowhere_is_given_up_after_its_retries()
    {
        var result = Launch(
            [("MINICPM_FAULTS", "rank=0 step=2 at=step do=kill")],
            "-n", "2", "train", workspace.RunFile("hopeless", more: "recovery: { retries: 2, retry_after: 1s }"));

        Assert.Equal(137, result.ExitCode);
        Assert.Contains(
            "given up: 2 retries in a row have reached no new checkpoint", result.Errors, StringComparison.Ordinal);
        Assert.Equal(3, workspace.Journal("hopeless", "run-started").Count);
    }

    [Fact]
    public void SIGTERM_to_the_supervisor_saves_the_run_and_is_no_failure()
    {
        using var launched = RunningTool.Program(
            workspace.Folder, "env",
            [
                $"MINICPM_LAUNCHER={s_launcher}", "dotnet", Tool.Dll, "launch", "-n", "2", "train",
                workspace.RunFile("ended", steps: 100_000),
            ]);
        launched.WaitUntil(() => workspace.LastStep("ended") >= 3, "step 3 is in the metrics");

        launched.SignalStarted("TERM");
        var result = launched.Finish(s_limit);

        Assert.Equal(ResumeLater, result.ExitCode);
        Assert.DoesNotContain("failed (", result.Errors, StringComparison.Ordinal);
        var saved = workspace.Journal("ended", "checkpoint")[^1];
        Assert.Equal(workspace.LastStep("ended"), saved.Step);
    }

    [Fact]
    public void Ranks_whose_supervisor_is_killed_save_and_end_and_the_next_one_goes_on_with_the_same_bits()
    {
        const int Steps = 200;
        Tool.Minicpm(workspace.Folder, "train", workspace.RunFile("watched", steps: Steps)).Succeeded();
        using var launched = Supervise("unwatched", Steps, Launched(2));

        RunningTool.KillNow(launched.ProcessOf("dotnet")!.Value);
        // At once: the ranks have not come to saving.
        var next = Launch([], "-n", "2", "resume", "runs/unwatched").Succeeded();

        Assert.DoesNotContain("failed (", next.Errors, StringComparison.Ordinal);
        var reason = (string)Assert.Single(workspace.Journal("unwatched", "signal")).Details["signal"]!;
        Assert.Matches(@"minicpm launch \(process \d+\) is gone", reason);
        // Nothing was lost that had been trained.
        Assert.Equal(
            workspace.Journal("unwatched", "signal")[0].Step, workspace.Journal("unwatched", "run-started")[1].Step);
        Assert.Equal(workspace.LossColumn("watched"), workspace.LossColumn("unwatched"));
    }

    [Fact]
    public void A_single_rank_whose_supervisor_is_killed_saves_and_ends()
    {
        using var launched = Supervise("lonely", 100_000, Launched(1));

        RunningTool.KillNow(launched.ProcessOf("dotnet")!.Value);

        launched.WaitUntil(() => HasEnded("lonely"), "the rank has saved and let go of the run");
        Assert.Equal(workspace.LastStep("lonely"), workspace.Journal("lonely", "checkpoint")[^1].Step);
    }

    /// <summary>The first is the script, the second the program of the MPI.</summary>
    [Theory]
    [InlineData("bash", 1)]
    [InlineData("mpirun", 0)]
    public void A_killed_launcher_is_a_failure_like_any_other_and_the_supervisor_goes_on(string program, int saved)
    {
        const int Steps = 200;
        var name = "killed-" + program;
        Tool.Minicpm(workspace.Folder, "train", workspace.RunFile("calm-" + program, steps: Steps)).Succeeded();
        using var launched = Supervise(name, Steps, Launched(2));

        RunningTool.KillNow(launched.ProcessOf(program)!.Value);
        var result = launched.Finish(s_limit).Succeeded();

        Assert.Contains("failed (killed): ", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("lock is held", result.Errors, StringComparison.Ordinal);
        Assert.Equal(2, workspace.Journal(name, "run-started").Count);
        Assert.Equal(saved, workspace.Journal(name, "signal").Count);
        Assert.Equal(workspace.LossColumn("calm-" + program), workspace.LossColumn(name));
    }

    [Fact]
    public void Ranks_whose_launcher_is_killed_save_and_end_without_a_supervisor_too()
    {
        using var world = RunningTool.LaunchMpirun(
            workspace.Folder, 2, "train", workspace.RunFile("scripted", steps: 100_000));
        world.WaitUntil(() => workspace.LastStep("scripted") >= 3, "step 3 is in the metrics");

        RunningTool.KillNow(world.ProcessOf("bash")!.Value);

        world.WaitUntil(() => HasEnded("scripted"), "the ranks have saved and let go of the run");
        Assert.Equal(workspace.LastStep("scripted"), workspace.Journal("scripted", "checkpoint")[^1].Step);
        var reason = (string)Assert.Single(workspace.Journal("scripted", "signal")).Details["signal"]!;
        Assert.Matches(@"launch/mpirun \(process \d+\) is gone", reason);
    }

    [Fact]
    public void A_run_that_another_world_trains_is_refused_to_a_supervisor_after_it_has_waited_in_case_it_ends()
    {
        using var first = RunningTool.Minicpm(workspace.Folder, "train", workspace.RunFile("busy", steps: 100_000));
        first.WaitUntil(() => workspace.LastStep("busy") >= 3, "step 3 is in the metrics");

        var second = Launch([], "-n", "1", "resume", "runs/busy");

        Assert.Equal(2, second.ExitCode);
        Assert.Contains("waited for in case it is ending", second.Errors, StringComparison.Ordinal);
        Assert.Contains("lock is held", second.Errors, StringComparison.Ordinal);
        first.SignalStarted("TERM");
        Assert.Equal(ResumeLater, first.Finish(s_limit).ExitCode);
    }

    [Fact]
    public void A_host_that_does_not_answer_any_more_is_left_out()
    {
        if (!Tool.Start(workspace.Folder, Tool.MpirunProgram, ["--version"], []).Output.Contains(") 4.",
            StringComparison.Ordinal))
            Assert.Skip("what stands in for ssh is that of Open MPI 4");
        Tool.Minicpm(workspace.Folder, "train", workspace.RunFile("near")).Succeeded();
        var hosts = Path.Combine(workspace.Folder, "two-hosts");
        File.WriteAllText(hosts, "127.0.0.2 slots=1\n127.0.0.3 slots=1\n");
        var gone = Path.Combine(workspace.Folder, "gone");
        // The second host is gone once the planned fault has struck there.
        var agent = PretendedSsh.Write(
            Path.Combine(workspace.Folder, "agent"), $"if [ $host = 127.0.0.3 ] && [ -e '{gone}' ]; then exit 255; fi");

        var result = Launch(
            [
                ("MINICPM_FAULTS", $"rank=1 step=8 at=collective do=kill once={gone}"),
                ("OMPI_MCA_plm_rsh_agent", agent), ("OMPI_MCA_orte_keep_fqdn_hostnames", "1"),
            ],
            "--hostfile", hosts, "train", workspace.RunFile("far")).Succeeded();

        Assert.Contains("failed (host-lost): no answer from 127.0.0.3", result.Errors, StringComparison.Ordinal);
        Assert.Equal(
            [2L, 1L], workspace.Journal("far", "run-started").Select(start => start.Details["world_size"]));
        Assert.Equal(workspace.LossColumn("near"), workspace.LossColumn("far"));
    }

    private static string[] Launched(int ranks) => ["dotnet", Tool.Dll, "launch", "-n", $"{ranks}"];

    /// <summary>A supervised run that has come to its third step.</summary>
    private RunningTool Supervise(string name, int steps, string[] launch)
    {
        var launched = RunningTool.Program(
            workspace.Folder, "env",
            [$"MINICPM_LAUNCHER={s_launcher}", .. launch, "train", workspace.RunFile(name, steps: steps)]);
        launched.WaitUntil(() => workspace.LastStep(name) >= 3, "step 3 is in the metrics");
        return launched;
    }

    /// <summary>A signal has asked the ranks to save and end, and nobody has the run any more.</summary>
    private bool HasEnded(string run) => workspace.Journal(run, "signal").Count > 0
        && !RunLock.IsHeld(new RunFolder(Path.Combine(workspace.Folder, "runs", run)));

    private ToolResult Launch((string, string)[] environment, params string[] arguments) => Tool.Start(
        workspace.Folder, "dotnet", [Tool.Dll, "launch", .. arguments],
        [("MINICPM_LAUNCHER", s_launcher), .. environment]);

    /// <summary>A fault that does not strike a second time.</summary>
    private string Once(string run, string fault) => $"{fault} once={Path.Combine(workspace.Folder, run + ".struck")}";

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
