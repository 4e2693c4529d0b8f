using MiniCpmDist.Coordinator.Client;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Coordinator.Tests;

public sealed class RestartTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minicpm-coordinator-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_an_attempt_leaves_undecided_is_handed_to_the_next_one()
    {
        var files = new MemoryFiles();
        await using (var first = await CoordinatedRun.StartAsync(files))
        {
            await first.Client.SendAsync(new RunCommand.SetLearningRate(0.5), "", "decided", cancellationToken: Token);
            first.Control.Decided(first.Control.Take()!, new RunDecision(true, 3, "learning rate 0.02 -> 0.5"));
            await first.Client.SendAsync(new RunCommand.SetLearningRate(0.25), "", "waits", cancellationToken: Token);
            await first.Client.SendAsync(new RunCommand.Stop(), "", "stop", cancellationToken: Token);
        }

        await using var second = await CoordinatedRun.StartAsync(files);

        Assert.Equal("waits", (await second.TakeAsync()).Id);
        // A stop that came too late must not stop the next attempt at its first step.
        Assert.Null(second.Control.Take());
        Assert.False((await second.Client.RequestAsync("stop", cancellationToken: Token)).Decision?.Accepted);
        Assert.Equal(3, (await second.Client.RequestAsync("decided", cancellationToken: Token)).Decision?.Step);
    }

    [Fact]
    public async Task A_run_folder_says_where_its_coordinator_is_for_as_long_as_it_runs()
    {
        await using (var host = EmbeddedCoordinator.Start(new CoordinatorOptions(), "quickstart", _folder.FullName))
        {
            Assert.Null(CoordinatorFile.Read(_folder.FullName));
            host.Control.Take();
            await host.Opened.WaitAsync(Some.Patience, Token);

            Assert.Equal(
                new CoordinatorFile(host.BoundAddress, "quickstart", Environment.MachineName),
                CoordinatorFile.Read(_folder.FullName));
        }

        Assert.Null(CoordinatorFile.Read(_folder.FullName));
    }

    [Fact]
    public async Task A_damaged_log_refuses_commands_with_a_sentence_and_lets_the_training_be()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder.FullName, "requests.jsonl"), "scribble\n" + GoodLine(), Token);
        await using var host = EmbeddedCoordinator.Start(new CoordinatorOptions(), "quickstart", _folder.FullName);
        host.Control.Take();
        await host.Opened.WaitAsync(Some.Patience, Token);
        host.Control.Observe(Some.Status(4));
        using var client = RunControlClient.Connect(host.BoundAddress);

        var exception = await Assert.ThrowsAsync<RunControlException>(
            () => client.SendAsync(new RunCommand.Checkpoint(), cancellationToken: Token));

        Assert.Contains("requests.jsonl:1", exception.Message, StringComparison.Ordinal);
        Assert.Equal(4, (await client.StatusAsync(cancellationToken: Token)).Status?.Step);
    }

    [Fact]
    public async Task Two_coordinators_do_not_share_a_state_folder()
    {
        var options = new CoordinatorOptions();
        await using var first = StandaloneCoordinator.Start(options, _folder.FullName);

        var exception =
            Assert.Throws<ConfigurationException>(() => StandaloneCoordinator.Start(options, _folder.FullName));

        Assert.Contains("end the other coordinator", exception.Message, StringComparison.Ordinal);
    }

    private static string GoodLine() => System.Text.Encoding.UTF8.GetString(
        Logs.LogLine.Write(new Logs.LogEntry.Joined("quickstart", 1)));
}
