using MiniCpmDist.Coordinator.Access;
using MiniCpmDist.Coordinator.Client;
using MiniCpmDist.Coordinator.Logs;
using MiniCpmDist.Coordinator.Runs;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Coordinator.Tests;

/// <summary>Who commanded what.</summary>
public sealed class AuditTests : IDisposable
{
    private const string Alice = "alice-0123456789abcdef", Unnamed = "other-0123456789abcdef";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minicpm-audit-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_command_is_in_the_audit_log_with_its_token_its_run_and_the_step_where_it_acted()
    {
        await using (var coordinator = Start($"command {Alice} alice\nread {Alice}\nreport {Alice} *\n"))
        {
            using var client = Client(coordinator, Alice);
            using var run = new RunReporter(new RunReporterOptions(coordinator.BoundAddress, "trunk", () => 1)
            {
                Access = new CoordinatorAccess(Alice),
            });
            run.Take();
            run.Observe(Some.Status(7));
            await Some.EventuallyAsync(async () => (await client.ListAsync(Token)).Count == 1);
            var waiting = client.SendAsync(new RunCommand.SetLearningRate(0.5), "trunk", "lr", Some.Patience, Token);
            RunRequest? asked = null;
            await Some.EventuallyAsync(() => Task.FromResult((asked = run.Take()) is not null));
            run.Decided(asked!, new RunDecision(true, 8, "learning rate 0.02 -> 0.5"));
            await waiting;
        }

        var command = Assert.Single(AuditTrail.Read(_folder.FullName));
        Assert.Equal(
            ("alice", "trunk", "lr", "set-lr learning_rate=0.5", true, 8, "learning rate 0.02 -> 0.5"),
            (command.By, command.Run, command.RequestId, command.Command, command.IsAccepted, command.Step,
                command.Outcome));
        Assert.Contains("127.0.0.1", command.From, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_command_is_there_too_and_a_token_without_a_name_is_told_by_its_mark()
    {
        await using (var coordinator = Start($"command {Unnamed}\nreport {Unnamed} *\nread {Unnamed}\n"))
        {
            using var client = Client(coordinator, Unnamed);
            using var run = new RunReporter(new RunReporterOptions(coordinator.BoundAddress, "trunk", () => 1)
            {
                Access = new CoordinatorAccess(Unnamed),
            });
            run.Take();
            run.Observe(Some.Status(7));
            await Some.EventuallyAsync(async () => (await client.ListAsync(Token)) is [{ Status.Step: 7 }]);
            await Assert.ThrowsAsync<RunControlException>(
                () => client.SendAsync(new RunCommand.Continue(), "trunk", cancellationToken: Token));
        }

        var command = Assert.Single(AuditTrail.Read(_folder.FullName));
        Assert.Equal((false, null), (command.IsAccepted, command.Step));
        Assert.Matches("^token-[0-9a-f]{8}$", command.By);
        Assert.DoesNotContain(Unnamed, File.ReadAllText(Path.Combine(_folder.FullName, AuditLog.Name)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_with_a_coordinator_of_its_own_has_the_log_in_its_folder_and_each_decision_once()
    {
        var files = new MemoryFiles();
        await using (var run = await CoordinatedRun.StartAsync(files))
        {
            await run.Client.SendAsync(new RunCommand.Checkpoint(), "", "save", cancellationToken: Token);
            run.Control.Decided(run.Control.Take()!, new RunDecision(true, 42, "checkpoint after step 42"));
        }

        Assert.Equal(
            ["Asked save", "Ended save 42"],
            AuditLog.Read(files).Select(entry => entry switch
            {
                AuditEntry.Ended ended => $"Ended {ended.RequestId} {ended.Step}",
                _ => $"Asked {entry.RequestId}",
            }));
    }

    [Fact]
    public void A_decision_that_is_sent_again_is_written_once()
    {
        var files = new MemoryFiles();
        using var registry = new RunRegistry();
        registry.Open(files, "");
        var run = registry.Join("trunk", 1);
        var asked = new RunRequest("save", new RunCommand.Checkpoint());

        registry.Accept(run, asked, Caller.Unknown);
        registry.Accept(run, asked, Caller.Unknown);
        registry.Record(run, asked, new RunDecision(true, 42, "saved"));
        registry.Record(run, asked, new RunDecision(true, 42, "saved"));

        Assert.Equal(2, AuditLog.Read(files).Count);
    }

    [Fact]
    public void Whatever_is_left_of_a_line_after_a_kill_does_not_hide_the_line_after_it()
    {
        var whole = new MemoryFiles();
        Ask(whole, "one");
        for (long end = 0; end < whole.Work; end++)
        {
            var files = new MemoryFiles();
            files.EndAfter(end, () => new KilledException());
            Assert.Throws<KilledException>(() => Ask(files, "one"));
            var next = files.AfterDeath();

            Ask(next, "two");

            Assert.Contains(AuditLog.Read(next), entry => entry.RequestId == "two");
        }
    }

    [Fact]
    public void A_log_of_a_newer_version_is_refused_with_what_to_do()
    {
        File.WriteAllBytes(
            Path.Combine(_folder.FullName, AuditLog.Name),
            ChecksummedLine.Write(writer => writer.WriteNumber("format", AuditLine.Format + 1)));

        var exception = Assert.Throws<ConfigurationException>(() => AuditTrail.Read(_folder.FullName));

        Assert.Contains("a newer minicpm wrote it", exception.Message, StringComparison.Ordinal);
    }

    private static void Ask(MemoryFiles files, string id) => new AuditLog(files, TimeProvider.System)
        .Asked("trunk", new RunRequest(id, new RunCommand.Checkpoint()), Caller.Unknown);

    private static RunControlClient Client(StandaloneCoordinator coordinator, string token) =>
        RunControlClient.Connect(coordinator.BoundAddress, new CoordinatorAccess(token));

    private StandaloneCoordinator Start(string tokens)
    {
        var file = Path.Combine(_folder.FullName, "tokens");
        File.WriteAllText(file, tokens);
        Secret.Hide(file);
        return StandaloneCoordinator.Start(new CoordinatorOptions { Tokens = file }, _folder.FullName);
    }
}
