using System.Reflection;
using MiniCpmDist.Coordinator.Client;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Coordinator.Tests;

/// <summary>The memory that an earlier build wrote is served (tests/golden/make_folders).</summary>
public sealed class GoldenStateTests : IDisposable
{
    private readonly string _state = Directory.CreateTempSubdirectory("minicpm-golden-").FullName;

    public GoldenStateTests()
    {
        var root = typeof(GoldenStateTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(entry => entry.Key == "RepositoryRoot").Value!;
        var golden = Path.Combine(root, "tests", "golden", "folders-2026-11", "coordinator");
        foreach (var path in Directory.EnumerateFiles(golden, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(_state, Path.GetRelativePath(golden, path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(path, copy);
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_state, recursive: true);

    [Fact]
    public async Task Its_run_is_listed_with_its_curve_and_its_requests_are_answered_as_they_were()
    {
        await using var coordinator = StandaloneCoordinator.Start(
            new CoordinatorOptions(), _state, tell: text => Assert.Fail(text));
        using var client = RunControlClient.Connect(coordinator.BoundAddress);

        var run = Assert.Single(await client.ListAsync(Token));
        Assert.Equal(("joined", false, 1), (run.RunName, run.IsReporting, run.WaitingRequests));
        var history = coordinator.Histories().Single().History;
        Assert.Equal(run.Status?.Step, history.Newest?.Step);
        Assert.NotNull(history.NewestHeldOut);
        var learningRate = await client.RequestAsync("golden-lr", "joined", Token);
        Assert.Equal(new RunCommand.SetLearningRate(0.005), learningRate.Request.Command);
        Assert.True(learningRate.Decision?.Accepted);
        Assert.Null((await client.RequestAsync("golden-waits", "joined", Token)).Decision);
    }

    [Fact]
    public void Its_audit_log_is_read() => Assert.Equal(
        [
            ("golden-lr", "set-lr learning_rate=0.005", true), ("golden-refused", "continue", false),
            ("golden-stop", "stop", true), ("golden-waits", "checkpoint", (bool?)null),
        ],
        AuditTrail.Read(_state, text => Assert.Fail(text))
            .Select(one => (one.RequestId, one.Command, one.IsAccepted)));
}
