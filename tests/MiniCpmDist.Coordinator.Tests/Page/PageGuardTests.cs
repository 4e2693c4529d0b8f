using System.Net;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Coordinator.Tests.Page;

/// <summary>Under which names a browser may ask, and what it is told about every answer.</summary>
public sealed class PageGuardTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("10.1.2.3:7071", true)]
    [InlineData("[::1]:7071", true)]
    [InlineData("watch.example.org", true)]
    [InlineData("a.runs.example.org", true)]
    [InlineData("runs.example.org", false)]
    [InlineData("evil.example.com", false)]
    [InlineData("localhost.evil.example.com", false)]
    public async Task A_name_that_nobody_has_given_to_the_coordinator_is_refused(string host, bool isTaken)
    {
        await using var coordinator = Start(hosts: "watch.example.org, *.runs.example.org");

        foreach (var path in (string[])["/", "/page/page.js", "/api/runs", "/api/runs/trunk/series", "/nothing"])
        {
            using var answer = await AskAsync(coordinator, HttpMethod.Get, path, host);
            Assert.Equal(!isTaken, answer.StatusCode == HttpStatusCode.MisdirectedRequest);
        }
        using var health = await AskAsync(coordinator, HttpMethod.Get, "/healthz", host);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Fact]
    public async Task The_name_in_the_address_that_it_listens_on_is_taken()
    {
        await using var coordinator = Start(http: $"http://localhost:0");

        using var answer = await AskAsync(coordinator, HttpMethod.Get, "/", Environment.MachineName);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("GET", "/", 200)]
    [InlineData("GET", "/page/page.js", 200)]
    [InlineData("GET", "/page/none.js", 404)]
    [InlineData("GET", "/api/runs/none/series", 404)]
    [InlineData("GET", "/none", 404)]
    [InlineData("POST", "/", 405)]
    [InlineData("GET", "/healthz", 200)]
    public async Task Every_answer_says_nosniff_and_what_may_be_loaded(string method, string path, int status)
    {
        await using var coordinator = Start();

        using var answer = await AskAsync(coordinator, new HttpMethod(method), path, "localhost");

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.StartsWith(
            "default-src 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_name_and_a_missing_token_get_the_same_protection()
    {
        var folder = Directory.CreateTempSubdirectory("minicpm-page-");
        var tokens = Path.Combine(folder.FullName, "tokens");
        await File.WriteAllTextAsync(tokens, "read 0123456789abcdef0123\n", Token);
        Secret.Hide(tokens);
        await using var coordinator = Start(tokens: tokens);

        foreach (var (host, status) in new[] { ("localhost", 401), ("evil.example.com", 421) })
        {
            using var answer = await AskAsync(coordinator, HttpMethod.Get, "/api/runs", host);
            Assert.Equal(status, (int)answer.StatusCode);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.True(answer.Headers.Contains("Content-Security-Policy"));
        }
        folder.Delete(recursive: true);
    }

    private static EmbeddedCoordinator Start(
        string http = "http://127.0.0.1:0", string? hosts = null, string? tokens = null) => EmbeddedCoordinator.Start(
        new CoordinatorOptions { Http = http, Hosts = hosts, Tokens = tokens }, "trunk", new MemoryFiles(), null, null,
        new PretendRuns());

    private static async Task<HttpResponseMessage> AskAsync(
        EmbeddedCoordinator coordinator, HttpMethod method, string path, string host)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, new Uri(coordinator.HttpAddress + path));
        request.Headers.Host = host;
        return await http.SendAsync(request, Token);
    }
}
