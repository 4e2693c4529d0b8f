using System.Text.Json;

namespace MiniCpmDist.Distributed.Tests;

/// <summary>A real world, joined to a coordinator in a process of its own, is changed while it goes on.</summary>
public sealed class LiveControlTests(TinyWorkspace workspace) : IClassFixture<TinyWorkspace>
{
    private const int Planned = 100_000;

    [Fact]
    public void A_joined_world_is_steered_paused_branched_and_replayed_to_the_same_losses()
    {
        using var coordinator = RunningTool.Minicpm(
            workspace.Folder, "coordinator", "--state", "state", "--listen", "http://127.0.0.1:0");
        coordinator.WaitUntil(() => Address(coordinator.Output) is not null, "the coordinator says where it listens");
        var address = Address(coordinator.Output)!;
        var file = workspace.RunFile(
            "live", steps: Planned, checkpointEvery: Planned, more: "coordinator: { join: \"" + address + "\" }");
        using var world = RunningTool.Mpirun(workspace.Folder, 2, "train", file);
        world.WaitUntil(() => workspace.LastStep("live") > 6, "the warmup is over");

        Steer(address, "set-batch", "768");
        Steer(address, "pause");
        var paused = workspace.LastStep("live");
        Steer(address, "set-lr", "0.004");
        Assert.Equal(paused, workspace.LastStep("live"));
        Steer(address, "continue");
        world.WaitUntil(() => workspace.LastStep("live") > paused + 2, "it goes on");
        var refused = Tool.Minicpm(workspace.Folder, "ctl", "set-batch", "100", "--address", address, "--run", "live");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("give 64 or 128", refused.Errors, StringComparison.Ordinal);
        Steer(address, "branch", "--name", "probe", "--decay", "3 steps", "--launch");
        var after = workspace.LastStep("live");
        world.WaitUntil(
            () => workspace.Journal("probe", "run-finished").Count == 1, "the branch is trained, as it was started");
        Steer(address, "begin-decay", "--length", "4 steps");
        world.Finish(TimeSpan.FromSeconds(60)).Succeeded();

        Assert.True(workspace.LastStep("live") > after, "the trunk went on beside its branch");
        Assert.Equal(
            ["set-batch", "pause", "set-lr", "continue", "branch", "begin-decay"],
            workspace.Journal("live", "command").Select(entry => entry.Details["command"]));
        var tree = Tool.Minicpm(workspace.Folder, "runs", "--json").Succeeded().Output.Split('\n')[..^1]
            .Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(["live", "probe"], tree.Select(run => run.GetProperty("name").GetString()));
        Assert.All(tree, run => Assert.Equal("finished", run.GetProperty("state").GetString()));

        Tool.Minicpm(workspace.Folder, "replay", Path.Combine("runs", "live"), "--name", "again").Succeeded();
        Assert.Equal(workspace.LossColumn("live"), workspace.LossColumn("again"));
    }

    private void Steer(string address, string verb, params string[] more) => Tool.Minicpm(
        workspace.Folder, ["ctl", verb, .. more, "--address", address, "--run", "live"]).Succeeded();

    private static string? Address(string output) => output
        .Split([' ', '\n', ',', ';'], StringSplitOptions.RemoveEmptyEntries)
        .FirstOrDefault(word => word.StartsWith("http://127.0.0.1:", StringComparison.Ordinal));
}
