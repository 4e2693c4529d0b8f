using System.Text.RegularExpressions;

namespace MiniCpmDist.Distributed.Tests;

/// <summary><c>minicpm ctl</c> against a real world.</summary>
public sealed partial class ControlTests(TinyWorkspace workspace) : IClassFixture<TinyWorkspace>
{
    [Fact]
    public void A_world_tells_its_status_saves_and_stops_on_request_and_resumes_with_the_undisturbed_bits()
    {
        const int Planned = 100_000;
        var file = workspace.RunFile("steered", steps: Planned, checkpointEvery: Planned);
        using var world = RunningTool.Mpirun(workspace.Folder, 2, "train", file);
        world.WaitUntil(
            () => Address().IsMatch(world.Output) && workspace.LastStep("steered") > 0,
            "the address is printed and a step is done");
        var address = Address().Match(world.Output).Value;

        var status = Control("status", address);
        // The run's folder is enough to find it.
        var checkpoint = Tool.Minicpm(workspace.Folder, "ctl", "checkpoint", "runs/steered").Succeeded().Output;
        var refused = Tool.Minicpm(workspace.Folder, "ctl", "continue", "runs/steered");
        var stop = Control("stop", address);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("expected a run that is paused", refused.Errors, StringComparison.Ordinal);

        Assert.Matches($@"^steered: step \d+/{Planned} .*2 rank\(s\)", status);
        var saved = StepOf(checkpoint);
        var stopped = StepOf(stop);
        Assert.InRange(saved, 1, stopped);
        Assert.InRange(stopped, saved, Planned - 1);
        var result = world.Finish(TimeSpan.FromSeconds(30)).Succeeded();
        Assert.Contains("minicpm resume", result.Output, StringComparison.Ordinal);
        Assert.Equal(
            [(saved, "checkpoint"), (stopped, "stop")],
            workspace.Journal("steered", "command").Select(entry => (entry.Step, (string)entry.Details["command"]!)));
        Assert.Equal(stopped, workspace.LossColumn("steered").Keys.Max());
        Assert.NotEmpty(workspace.HashesOfCheckpoint("steered", saved));

        var gone = Tool.Minicpm(workspace.Folder, "ctl", "status", "--address", address);
        Assert.NotEqual(0, gone.ExitCode);
        Assert.Contains(address, gone.Errors, StringComparison.Ordinal);

        // How far it came depends on the machine, so the end is moved near: the stable phase's length may change.
        var end = (int)stopped + 6;
        ShortenTo(end);
        Tool.Minicpm(workspace.Folder, "resume", "runs/steered").Succeeded();
        Tool.Mpirun(
            workspace.Folder, 2,
            ["train", workspace.RunFile("left-alone", steps: end, checkpointEvery: Planned)]).Succeeded();
        Assert.Equal(end, workspace.LastStep("steered"));
        Assert.Equal(workspace.LossColumn("left-alone"), workspace.LossColumn("steered"));
        Assert.Equal(workspace.HashesOfCheckpoint("left-alone", end), workspace.HashesOfCheckpoint("steered", end));
    }

    private void ShortenTo(int steps)
    {
        var path = Path.Combine(workspace.Folder, "runs", "steered", "run.yaml");
        var text = File.ReadAllText(path);
        var shorter = Stable().Replace(text, $"stable: {steps - 4} steps");
        Assert.NotEqual(text, shorter);
        File.WriteAllText(path, shorter);
    }

    private string Control(string verb, string address) =>
        Tool.Minicpm(workspace.Folder, "ctl", verb, "--address", address).Succeeded().Output;

    private static long StepOf(string receipt) =>
        long.Parse(Receipt().Match(receipt).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex(@"http://127\.0\.0\.1:[1-9]\d*")]
    private static partial Regex Address();

    [GeneratedRegex("(?m)(?<=^  )stable: .*$")]
    private static partial Regex Stable();

    [GeneratedRegex(@"at step (\d+): ")]
    private static partial Regex Receipt();
}
