using System.Diagnostics;
using System.Reflection;
using MiniCpmDist.Coordinator.Client;
using MiniCpmDist.Coordinator.Hosting;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Coordinator.Tests;

/// <summary>The coordinator over TLS and with tokens, for clients whose code has nothing in common with ours.</summary>
public sealed class WireTests : IDisposable
{
    private const string ReadToken = "read-0123456789abcdef";
    private const string CommandToken = "command-0123456789abcdef";
    private const string ReportToken = "report-0123456789abcdef";
    private const string Python = "/usr/bin/python3";
    private static readonly string s_repository = Metadata("RepositoryRoot");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minicpm-wire-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Grpc_js_is_served()
    {
        var modules = Path.Combine(Metadata("ArtifactsPath"), "wire", "node_modules");
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(modules, "@grpc", "grpc-js")),
            "@grpc/grpc-js is not there: tests/run installs it below artifacts where there is npm");

        await RequireServedAsync("node", "coordinator_client.js", ("NODE_PATH", modules));
    }

    [Fact]
    public async Task Grpcio_is_served()
    {
        Assert.SkipUnless(File.Exists(Python), $"{Python} is not there: apt-get install python3-grpcio");
        var (code, _, _) = await RunAsync(Python, ["-c", "import grpc"]);
        Assert.SkipUnless(code == 0, "grpcio is not there: apt-get install python3-grpcio");

        await RequireServedAsync(Python, "coordinator_client.py");
    }

    private async Task RequireServedAsync(string program, string script, params (string, string)[] environment)
    {
        var (certificate, key) = TestCertificate.In(_folder.FullName);
        var tokens = Path.Combine(_folder.FullName, "tokens");
        await File.WriteAllTextAsync(
            tokens, $"read {ReadToken}\ncommand {CommandToken}\nreport {ReportToken} trunk from-*\n", Token);
        Secret.Hide(tokens);
        var options =
            new CoordinatorOptions("https://127.0.0.1:0") { Certificate = certificate, Key = key, Tokens = tokens };
        await using var coordinator = StandaloneCoordinator.Start(
            ListenPlan.Of(options), new MemoryFiles(), "", null, null);
        using var run = new RunReporter(new RunReporterOptions(coordinator.BoundAddress, "trunk", () => 1)
        {
            Access = new CoordinatorAccess(ReportToken, certificate),
        });
        run.Take();
        run.Observe(Some.Status(7) with { Schedule = Some.Schedule });
        using var client = RunControlClient.Connect(
            coordinator.BoundAddress, new CoordinatorAccess(ReadToken, certificate));
        while ((await client.ListAsync(Token)) is not [{ Status: not null }])
            await Task.Delay(10, Token);

        var (code, output, errors) = await RunAsync(
            program,
            [
                Path.Combine(s_repository, "tests", "wire", script), new Uri(coordinator.BoundAddress).Authority,
                Path.Combine(s_repository, "protos"), certificate, ReadToken, CommandToken, ReportToken,
            ],
            environment);

        Assert.True(code == 0, output + errors);
        Assert.Equal(
            [
                "unary: trunk 7 PHASE_STABLE 2048",
                "health: SERVING",
                "stream: 14336 CANCELLED",
                "duplex: welcome CANCELLED",
                "command: REQUEST_STATE_ACCEPTED",
                "deadline: DEADLINE_EXCEEDED",
                "refused: INVALID_ARGUMENT the token batch: expected a multiple of one micro-batch, 512 tokens, "
                    + "up to 1073741824, "
                    + "found 1000; give 512 or 1024.",
                "unknown: NOT_FOUND run_name: expected a run of this coordinator (from-outside, trunk), found 'Größe'.",
                "nobody: UNAUTHENTICATED",
                "reader: PERMISSION_DENIED",
            ],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("wire", run.Take()?.Id);
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(
        string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(Token);
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return (process.ExitCode, output, await errors);
    }

    private static string Metadata(string key) => typeof(WireTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == key).Value!;
}
