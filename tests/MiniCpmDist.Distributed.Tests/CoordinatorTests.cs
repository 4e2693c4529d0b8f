using System.Text.RegularExpressions;
using MiniCpmDist.Coordinator.Client;
using MiniCpmDist.Core.Control;

namespace MiniCpmDist.Distributed.Tests;

/// <summary><c>minicpm coordinator</c> as a process that is killed, and <c>minicpm ctl</c> against it.</summary>
public sealed partial class CoordinatorTests(TinyWorkspace workspace) : IClassFixture<TinyWorkspace>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_again_and_again_it_loses_nothing_that_it_has_accepted_and_nothing_is_done_twice()
    {
        const int Lives = 3;
        var accepted = new List<string>();
        var done = new List<string>();
        var process = Start("http://127.0.0.1:0");
        var address = Address().Match(process.Output).Value;
        using var run = new RunReporter(new RunReporterOptions(address, "trunk", () => 1));
        for (var life = 0; life < Lives; life++)
        {
            using var client = RunControlClient.Connect(address);
            var kill = life == Lives - 1 ? int.MaxValue : 4 + 3 * life;
            for (var sent = 0; sent < 12; sent++)
            {
                Work(run, done);
                if (sent == kill)
                    process.KillWorld();
                var id = $"request-{life}-{sent}";
                try
                {
                    await client.SendAsync(new RunCommand.Checkpoint(), "trunk", id, cancellationToken: Token);
                    accepted.Add(id);
                }
                catch (RunControlException) when (sent >= kill)
                {
                    break;
                }
                catch (RunControlException) when (life == 0 && sent == 0)
                {
                    sent--; // The run has not joined yet.
                }
            }

            if (life < Lives - 1)
            {
                process.Dispose();
                process = Start(address);
            }
        }

        Assert.True(accepted.Count >= 12 + 4, $"{accepted.Count} requests were accepted");
        process.WaitUntil(
            () =>
            {
                Work(run, done);
                return accepted.All(done.Contains);
            },
            "every accepted request is done");
        Assert.Equal(done.Distinct(), done);
        foreach (var id in accepted)
        {
            var status = Tool.Minicpm(
                workspace.Folder, "ctl", "checkpoint", "--address", address, "--run", "trunk", "--request-id", id,
                    "--json");
            Assert.Contains("\"outcome\":\"done once\"", status.Succeeded().Output, StringComparison.Ordinal);
            if (id.EndsWith("-2", StringComparison.Ordinal))
                break;
        }

        Assert.Contains("trunk", Tool.Minicpm(workspace.Folder, "ctl", "runs", "--address", address).Succeeded().Output,
            StringComparison.Ordinal);
        process.Dispose();
    }

    private static void Work(RunReporter run, List<string> done)
    {
        while (run.Take() is { } request)
        {
            done.Add(request.Id);
            run.Decided(request, new RunDecision(true, done.Count, "done once"));
        }
    }

    private RunningTool Start(string address)
    {
        var process =
            RunningTool.Minicpm(workspace.Folder, "coordinator", "--state", "coordinator", "--listen", address);
        process.WaitUntil(() => Address().IsMatch(process.Output), "the coordinator listens");
        return process;
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:[1-9]\d*")]
    private static partial Regex Address();
}
