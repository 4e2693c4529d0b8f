using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using MiniCpmDist.Coordinator.Access;
using MiniCpmDist.Coordinator.Client;
using MiniCpmDist.Coordinator.Hosting;
using MiniCpmDist.Coordinator.V1;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Values;
using RunCommand = MiniCpmDist.Core.Control.RunCommand;

namespace MiniCpmDist.Coordinator.Tests;

public sealed class AccessTests : IDisposable
{
    private const string Reader = "reader-0123456789abcdef";
    private const string Commander = "commander-0123456789abcdef";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minicpm-access-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("http://*:0", false, "neither TLS nor tokens")]
    [InlineData("http://0.0.0.0:0", true, "tokens and no TLS")]
    public void An_address_that_others_reach_takes_TLS_and_tokens(string address, bool tokens, string found)
    {
        var options = new CoordinatorOptions(address) { Tokens = tokens ? Tokens() : null };

        var exception = Assert.Throws<ConfigurationException>(() => ListenPlan.Of(options));

        Assert.Contains(found, exception.Message, StringComparison.Ordinal);
        ListenPlan.Of(options with { Insecure = true });
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        var exception = Assert.Throws<ConfigurationException>(() => ListenPlan.Of(new CoordinatorOptions("https://*:0")
        {
            Http = "nowhere",
            Tokens = Write(
                "tokens", "write 0123456789abcdef0\nread short\nreport 0123456789abcdef0\nread 0123456789abcdef0 x y\n"
                + $"read {new string('t', 201)}\n"),
        }));

        Assert.Equal(7, exception.Problems.Count);
        Assert.Contains("report TOKEN RUN", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_TLS_each_token_has_its_own_rights()
    {
        var (certificate, key) = TestCertificate.In(_folder.FullName);
        await using var coordinator = Start(new CoordinatorOptions("https://127.0.0.1:0")
        {
            Certificate = certificate,
            Key = key,
            Tokens = Tokens(),
        });
        using var reader = Client(Reader);
        using var commander = Client(Commander);
        using var nobody = Client(null);

        Assert.Empty(await reader.ListAsync(Token));
        Assert.Contains("no run has come", await RefusalAsync(() =>
            commander.SendAsync(new RunCommand.Stop(), cancellationToken: Token)), StringComparison.Ordinal);
        Assert.Contains("right to read", await RefusalAsync(() =>
            reader.SendAsync(new RunCommand.Stop(), cancellationToken: Token)), StringComparison.Ordinal);
        Assert.Contains("right to command", await RefusalAsync(() => commander.ListAsync(Token)),
            StringComparison.Ordinal);
        Assert.Contains("with a token", await RefusalAsync(() => nobody.ListAsync(Token)), StringComparison.Ordinal);
        using var stranger = RunControlClient.Connect(coordinator.BoundAddress, new CoordinatorAccess(Reader));
        var doubt = await Assert.ThrowsAsync<RunControlException>(() => stranger.ListAsync(Token));
        Assert.Equal(RunControlFailure.Unreachable, doubt.Failure);
        Assert.Contains("The remote certificate is invalid", doubt.Message, StringComparison.Ordinal);
        Assert.Contains("--certificate-authorities", doubt.Message, StringComparison.Ordinal);

        using var plain = RunControlClient.Connect(
            coordinator.BoundAddress.Replace("https://", "http://", StringComparison.Ordinal));
        var other = await Assert.ThrowsAsync<RunControlException>(() => plain.ListAsync(Token));
        Assert.Contains("begin with http:// or https://", other.Message, StringComparison.Ordinal);

        RunControlClient Client(string? token) =>
            RunControlClient.Connect(coordinator.BoundAddress, new CoordinatorAccess(token, certificate));
    }

    [Theory]
    [InlineData("trunk", "trunk", true)]
    [InlineData("trunk", "trunk-decay", false)]
    [InlineData("trunk other", "other", true)]
    [InlineData("trunk-*", "trunk-decay", true)]
    [InlineData("trunk-*", "trunk", false)]
    [InlineData("*", "anything", true)]
    public async Task A_token_reports_for_the_runs_that_its_line_names(string runs, string run, bool expected)
    {
        const string Reporter = "reporter-0123456789abcdef";
        await using var coordinator = Start(new CoordinatorOptions
        {
            Tokens = Write("tokens", $"report {Reporter} {runs}\n"),
        });
        using var channel = GrpcChannel.ForAddress(coordinator.BoundAddress);
        using var call = new ReportService.ReportServiceClient(channel).Report(
            new Metadata { { "authorization", $"Bearer {Reporter}" } }, cancellationToken: Token);

        await call.RequestStream.WriteAsync(
            new ReportRequest { Hello = new Hello { RunName = run, Fence = 1 } }, Token);

        if (expected)
        {
            Assert.True(await call.ResponseStream.MoveNext(Token));
            return;
        }

        var refusal = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Token));
        Assert.Equal(StatusCode.PermissionDenied, refusal.StatusCode);
        Assert.Contains($"does not report for run '{run}'", refusal.Status.Detail, StringComparison.Ordinal);
        Assert.Empty(coordinator.Histories());
    }

    [Fact]
    public async Task Plain_HTTP_has_a_port_of_its_own()
    {
        await using var coordinator =
            Start(new CoordinatorOptions() { Http = "http://127.0.0.1:0", Tokens = Tokens() });
        using var http = new HttpClient();

        Assert.Equal("ok\n", await http.GetStringAsync($"{coordinator.HttpAddress}/healthz", Token));
        Assert.Equal(
            HttpStatusCode.Unauthorized, (await http.GetAsync($"{coordinator.HttpAddress}/metrics", Token)).StatusCode);
        Assert.NotEqual(coordinator.BoundAddress, coordinator.HttpAddress);
    }

    [Fact]
    public void A_key_and_a_file_of_tokens_that_every_user_can_read_are_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no modes of Unix");
        var (certificate, key) = TestCertificate.In(_folder.FullName);
        var tokens = Tokens();
        var options = new CoordinatorOptions("https://127.0.0.1:0")
        {
            Certificate = certificate,
            Key = key,
            Tokens = tokens,
        };
        ListenPlan.Of(options);
        foreach (var file in (string[])[key, tokens])
            Secret.Show(file);
        // As Kubernetes mounts a secret: the link's own mode says nothing.
        var link = Path.Combine(_folder.FullName, "link");
        File.CreateSymbolicLink(link, tokens);

        var exception = Assert.Throws<ConfigurationException>(() => ListenPlan.Of(options with { Tokens = link }));

        Assert.Equal(["coordinator.key", "coordinator.tokens"], exception.Problems.Select(problem => problem.Where));
        Assert.Contains($"chmod o-r {link}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_named_pipe_in_the_place_of_a_key_or_of_tokens_is_told_and_keeps_nobody_waiting()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no named pipes of Unix");
        var pipe = Path.Combine(_folder.FullName, "pipe");
        System.Diagnostics.Process.Start("mkfifo", pipe).WaitForExit();
        var options = new CoordinatorOptions("https://127.0.0.1:0") { Certificate = pipe, Key = pipe, Tokens = pipe };

        var exception = Assert.Throws<ConfigurationException>(() => ListenPlan.Of(options));

        Assert.Equal(2, exception.Problems.Count);
        Assert.All(
            exception.Problems, problem => Assert.Contains("a named pipe", problem.Found, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://192.0.2.1:7070", false, true)]
    [InlineData("http://192.0.2.1:7070", true, false)]
    [InlineData("https://192.0.2.1:7070", false, false)]
    [InlineData("http://127.0.0.1:7070", false, false)]
    [InlineData("http://localhost:7070", false, false)]
    public void A_token_goes_over_plain_HTTP_to_another_machine_only_where_somebody_says_so(
        string address, bool isInsecure, bool isRefused)
    {
        var access = new CoordinatorAccess(Reader, IsInsecure: isInsecure);

        var thrown = Record.Exception(() => RunControlClient.Connect(address, access).Dispose());

        Assert.Equal(isRefused, thrown is ConfigurationException);
        Assert.Null(Record.Exception(() => RunControlClient.Connect(address).Dispose()));
    }

    [Fact]
    public async Task A_connection_that_calls_too_often_is_slowed_down_and_others_are_not()
    {
        await using var coordinator =
            Start(new CoordinatorOptions(), new CallLimits { CallsPerSecond = 1, CallsAtOnce = 20 });
        using var hasty = RunControlClient.Connect(coordinator.BoundAddress);
        using var other = RunControlClient.Connect(coordinator.BoundAddress);

        var refused = 0;
        for (var call = 0; call < 60; call++)
        {
            try
            {
                await hasty.ListAsync(Token);
            }
            catch (RunControlException exception)
            {
                Assert.Contains("slow down", exception.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.InRange(refused, 20, 40);
        Assert.Empty(await other.ListAsync(Token));
    }

    private static StandaloneCoordinator Start(CoordinatorOptions options, CallLimits? limits = null) =>
        StandaloneCoordinator.Start(ListenPlan.Of(options), new MemoryFiles(), "", null, limits);

    private static async Task<string> RefusalAsync<T>(Func<Task<T>> call)
    {
        var exception = await Assert.ThrowsAsync<RunControlException>(call);
        Assert.Equal(RunControlFailure.Refused, exception.Failure);
        return exception.Message;
    }

    private string Tokens() => Write("tokens", $"# of the tests\nread {Reader}\ncommand {Commander}\n");

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        Secret.Hide(path);
        return path;
    }
}
