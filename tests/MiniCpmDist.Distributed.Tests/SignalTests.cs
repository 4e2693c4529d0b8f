using System.Diagnostics;

namespace MiniCpmDist.Distributed.Tests;

/// <summary>Signals ask for a checkpoint; none of them costs a step.</summary>
public sealed class SignalTests(TinyWorkspace workspace) : IClassFixture<TinyWorkspace>
{
    private const int Steps = 400;
    private const int ResumeLater = 75;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Fact]
    public void SIGTERM_to_the_launcher_saves_the_step_ends_with_75_and_a_resume_goes_on_to_the_undisturbed_bits()
    {
        Tool.Minicpm(workspace.Folder, "train", RunFile("left-alone")).Succeeded();
        using (var world = RunningTool.LaunchMpirun(workspace.Folder, 2, "train", RunFile("preempted")))
        {
            WaitForStep(world, "preempted", 7);
            world.SignalStarted("TERM");
            var result = world.Finish(s_limit);

            Assert.Equal(ResumeLater, result.ExitCode);
            Assert.Contains("exit code 75. The run is not at its end", result.Errors, StringComparison.Ordinal);
        }
        var reached = workspace.LastStep("preempted");
        Assert.InRange(reached, 7, Steps - 1);
        Assert.Equal((reached, "signal"), Saved("preempted")[^1]);
        Assert.Equal("end", Assert.Single(workspace.Journal("preempted", "signal")).Details["then"]);

        Tool.Minicpm(workspace.Folder, "resume", "runs/preempted").Succeeded();

        Assert.Equal(workspace.LossColumn("left-alone"), workspace.LossColumn("preempted"));
        Assert.Equal(
            workspace.HashesOfCheckpoint("left-alone", Steps), workspace.HashesOfCheckpoint("preempted", Steps));
    }

    [Fact]
    public void SIGUSR1_to_the_launcher_saves_the_step_and_training_goes_on()
    {
        using var world = RunningTool.LaunchMpirun(workspace.Folder, 2, "train", RunFile("asked", 100_000));
        WaitForStep(world, "asked", 6);

        world.SignalStarted("USR1");
        world.WaitUntil(() => Saved("asked") is [.., (_, "signal")], "a checkpoint is saved on the signal");
        var saved = Saved("asked")[^1].Step;
        WaitForStep(world, "asked", saved + 2);
        world.SignalStarted("TERM");

        Assert.Equal(ResumeLater, world.Finish(s_limit).ExitCode);
        Assert.Equal(["go on", "end"], workspace.Journal("asked", "signal").Select(entry => entry.Details["then"]));
        Assert.NotEmpty(workspace.HashesOfCheckpoint("asked", saved));
    }

    /// <summary>Only rank 0 looks at what signals ask for, so for the others it stays asked for.</summary>
    [Fact]
    public void Ranks_that_are_asked_again_and_again_to_end_train_on_until_rank_0_ends()
    {
        using var world = RunningTool.Mpirun(workspace.Folder, 2, "train", RunFile("patient", 100_000));
        WaitForStep(world, "patient", 6);
        var ranks = world.RankProcesses();

        Ask(ranks[1]);
        // Beyond the time in which two of a batch system's are one.
        var clock = Stopwatch.StartNew();
        world.WaitUntil(() => clock.Elapsed > TimeSpan.FromSeconds(2.5), "the next one is another one");
        Ask(ranks[1]);
        WaitForStep(world, "patient", workspace.LastStep("patient") + 2);
        Ask(ranks[0]);

        Assert.Equal(ResumeLater, world.Finish(s_limit).ExitCode);
        Assert.Equal((workspace.LastStep("patient"), "signal"), Saved("patient")[^1]);

        static void Ask(int process) => Process.Start("kill", ["-TERM", $"{process}"]).WaitForExit();
    }

    [Fact]
    public void A_process_without_a_launcher_saves_on_SIGTERM_and_goes_on_when_it_is_resumed()
    {
        using (var process = RunningTool.Minicpm(workspace.Folder, "train", RunFile("alone", 100_000)))
        {
            WaitForStep(process, "alone", 6);
            process.SignalStarted("TERM");
            Assert.Equal(ResumeLater, process.Finish(s_limit).ExitCode);
        }
        var reached = workspace.LastStep("alone");
        Assert.Equal((reached, "signal"), Saved("alone")[^1]);

        using var resumed = RunningTool.Minicpm(workspace.Folder, "resume", "runs/alone");
        WaitForStep(resumed, "alone", reached + 1);
        resumed.SignalStarted("TERM");

        Assert.Equal(ResumeLater, resumed.Finish(s_limit).ExitCode);
        Assert.Equal(reached, workspace.Journal("alone", "run-started")[1].Step);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("HUP")]
    public void Ctrl_C_and_a_closed_terminal_save_the_step_and_end_with_75_as_SIGTERM_does(string signal)
    {
        var name = "asked-by-" + signal;
        using var process = RunningTool.Minicpm(workspace.Folder, "train", RunFile(name, 100_000));
        WaitForStep(process, name, 6);

        process.SignalStarted(signal);
        var result = process.Finish(s_limit);

        Assert.Equal(ResumeLater, result.ExitCode);
        Assert.Equal((workspace.LastStep(name), "signal"), Saved(name)[^1]);
        Assert.Equal("SIG" + signal, Assert.Single(workspace.Journal(name, "signal")).Details["signal"]);
        Assert.Contains("saved and ended on a signal; continue with `minicpm resume", result.Output,
            StringComparison.Ordinal);
        Assert.Equal(
            signal == "INT", result.Errors.Contains("Ctrl-C again ends it at once", StringComparison.Ordinal));
    }

    [Fact]
    public void Ctrl_C_at_a_supervisor_saves_the_step_and_ends_with_75()
    {
        using var process = RunningTool.Minicpm(
            workspace.Folder, "launch", "-n", "1", "train", RunFile("supervised", 100_000));
        WaitForStep(process, "supervised", 6);

        process.SignalStarted("INT");

        Assert.Equal(ResumeLater, process.Finish(s_limit).ExitCode);
        Assert.Equal("SIGTERM", Assert.Single(workspace.Journal("supervised", "signal")).Details["signal"]);
    }

    private string RunFile(string name, int steps = Steps) =>
        workspace.RunFile(name, steps: steps, checkpointEvery: 100_000);

    private void WaitForStep(RunningTool world, string run, long step) => world.WaitUntil(
        () => workspace.LastStep(run) >= step, $"step {step} of {run} is in the metrics");

    private (long Step, string Cause)[] Saved(string run) =>
        [.. workspace.Journal(run, "checkpoint").Select(entry => (entry.Step, (string)entry.Details["cause"]!))];
}
