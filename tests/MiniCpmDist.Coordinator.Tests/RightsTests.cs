using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1;
using MiniCpmDist.Coordinator.Access;
using MiniCpmDist.Coordinator.Hosting;
using MiniCpmDist.Coordinator.V1;
using MiniCpmDist.Core.Runs;
using Alpha = Grpc.Reflection.V1Alpha;

namespace MiniCpmDist.Coordinator.Tests;

/// <summary>Every method and every page, under every spelling of its path that routing could take for it, with every
/// kind of token.</summary>
public sealed class RightsTests : IAsyncDisposable
{
    private const string Free = "";

    private static readonly ServiceDescriptor[] s_services =
    [
        RunService.Descriptor, ReportService.Descriptor, Health.Descriptor, ServerReflection.Descriptor,
        Alpha.ServerReflection.Descriptor,
    ];

    private static readonly string[] s_pages =
        ["/api/runs", "/api/runs/trunk/series", "/metrics", "/healthz", "/", "/page/page.js"];

    // Token and rights; nobody has neither.
    private static readonly (string Token, string[] Rights)[] s_callers =
    [
        ("", []), ("unknown-0123456789", []), ("reader-0123456789", ["read"]), ("commander-0123456789", ["command"]),
        ("reporter-0123456789", ["report"]), ("master-0123456789", ["read", "command", "report"]),
    ];

    private readonly string _file = Path.GetTempFileName();
    private readonly StandaloneCoordinator _coordinator;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    public RightsTests()
    {
        File.WriteAllLines(_file, s_callers.SelectMany(caller => caller.Rights.Select(right =>
            $"{right} {caller.Token}{(right == "report" ? " *" : "")}")));
        var options = new CoordinatorOptions { Http = "http://127.0.0.1:0", Tokens = _file };
        // A call that came too fast would be one whose rights nobody has looked at.
        var limits = new CallLimits { CallsPerSecond = 1_000_000, CallsAtOnce = 1_000_000 };
        _coordinator = StandaloneCoordinator.Start(
            ListenPlan.Of(options), new MemoryFiles(), "", null, limits, metrics: _ => Task.CompletedTask);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_spelling_of_a_method_asks_for_less_than_its_right()
    {
        var wrong = new List<string>();
        foreach (var method in s_services.SelectMany(service => service.Methods))
        {
            var path = $"/{method.Service.FullName}/{method.Name}";
            var needed = Needed(method);
            foreach (var (caller, spelling) in Pairs(path))
            {
                var status = await CallAsync(spelling, caller.Token);
                if (IsWrong(caller.Rights, needed, spelling == path, IsTurnedAway(status)))
                    wrong.Add($"{spelling} with '{caller.Token}': {status}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task No_spelling_of_a_page_asks_for_less_than_its_right()
    {
        var wrong = new List<string>();
        foreach (var path in s_pages)
        {
            var needed = path.StartsWith("/api", StringComparison.Ordinal) || path == "/metrics" ? "read" : Free;
            foreach (var (caller, spelling) in Pairs(path))
            {
                var status = await GetAsync(spelling, caller.Token);
                if (IsWrong(caller.Rights, needed, spelling == path, IsTurnedAway(status)))
                    wrong.Add($"{spelling} with '{caller.Token}': {status}");
            }
        }

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("/nowhere")]
    [InlineData("/minicpmdist.v1.RunService/Nothing")]
    [InlineData("/minicpmdist.v2.RunService/SendCommand")]
    public async Task A_path_that_leads_nowhere_takes_every_right(string path)
    {
        foreach (var (token, rights) in s_callers)
        {
            Assert.Equal(rights.Length < 3, IsTurnedAway(await GetAsync(path, token)));
            Assert.Equal(rights.Length < 3, IsTurnedAway(await CallAsync(path, token)));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _coordinator.DisposeAsync();
        File.Delete(_file);
    }

    private static string Needed(MethodDescriptor method) => method.FullName switch
    {
        "minicpmdist.v1.RunService.SendCommand" => "command",
        "minicpmdist.v1.ReportService.Report" => "report",
        _ when method.Service == Health.Descriptor => Free,
        _ => "read",
    };

    // As it is written the path leads there for whoever has the right. Other spellings may lead nowhere, but never to
    // more than the token is for.
    private static bool IsWrong(string[] rights, string needed, bool isExact, bool isTurnedAway) =>
        needed == Free || rights.Contains(needed) ? isExact && isTurnedAway : !isTurnedAway;

    private static bool IsTurnedAway(StatusCode? status) =>
        status is StatusCode.Unauthenticated or StatusCode.PermissionDenied;

    // A bad request is no path to the server, and nothing has looked at the call.
    private static bool IsTurnedAway(HttpStatusCode status) =>
        status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.BadRequest;

    private static IEnumerable<((string Token, string[] Rights) Caller, string Spelling)> Pairs(string path) =>
        from caller in s_callers from spelling in Spellings(path) select (caller, spelling);

    private static IEnumerable<string> Spellings(string path)
    {
        var slash = path.LastIndexOf('/');
        var (folder, name) = (path[..slash], path[(slash + 1)..]);
        string[] spellings =
        [
            path, path.ToUpperInvariant(), path.ToLowerInvariant(), path + "/", path.ToUpperInvariant() + "/",
            path + "//", "/" + path, $"{folder}//{name}", $"{folder}/./{name}", $"{folder}/x/../{name}",
            $"{folder}%2F{name}", $"{folder}%2f{name}", path + "%2F", path + "%00", path + "%20", path + "?",
            path + "?x=/healthz", path + ";x",
            string.Concat(path.Select(letter => letter == '/' ? "/" : $"%{(int)letter:X2}")),
        ];
        return spellings.Where(spelling => spelling[0] == '/').Distinct();
    }

    private async Task<StatusCode?> CallAsync(string path, string token)
    {
        using var request = Request(HttpMethod.Post, _coordinator.BoundAddress + path, token);
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        request.Content = new ByteArrayContent(new byte[5]); // A message without a field.
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        // Not the whole answer: a watch has no end. What turns a call away stands at its beginning.
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
            return answer.Headers.TryGetValues("grpc-status", out var values)
                ? (StatusCode)int.Parse(values.Single(), CultureInfo.InvariantCulture) : null;
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.HttpProtocolError)
        {
            return StatusCode.PermissionDenied; // The server has refused the path and has not read the call.
        }
    }

    private async Task<HttpStatusCode> GetAsync(string path, string token)
    {
        using var request = Request(HttpMethod.Get, _coordinator.HttpAddress + path, token);
        using var answer = await _http.SendAsync(request, Token);
        return answer.StatusCode;
    }

    private static HttpRequestMessage Request(HttpMethod method, string address, string token)
    {
        // As it is spelled: otherwise Uri would make the usual one of it.
        var request = new HttpRequestMessage(
            method, new Uri(address, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (token.Length > 0)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return request;
    }
}
