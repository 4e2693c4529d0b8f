using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace MiniCpmDist.Coordinator.Tests.Page;

public sealed class PageDataTests : IAsyncDisposable
{
    private readonly PretendRuns _runs = new();
    private readonly EmbeddedCoordinator _coordinator;
    private readonly HttpClient _http = new();

    public PageDataTests()
    {
        _coordinator = PretendRuns.Serve(_runs);
        _http.BaseAddress = new Uri(_coordinator.HttpAddress!);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_list_has_the_tree_and_where_each_run_stands()
    {
        var runs = (await JsonAsync("api/runs")).GetProperty("runs").EnumerateArray().ToArray();

        Assert.Equal(
            ["trunk", "trunk-decay", PretendRuns.Hostile], runs.Select(run => run.GetProperty("run").GetString()));
        Assert.Equal([null, "trunk", "trunk"], runs.Select(run => run.GetProperty("parent").GetString()));
        Assert.Equal([0, 200, 300], runs.Select(run => run.GetProperty("parent_step").GetInt32()));
        Assert.Equal(["away", "finished", "unfinished"], runs.Select(run => run.GetProperty("state").GetString()));
        Assert.Equal([400, 280, 320], runs.Select(run => run.GetProperty("newest").GetProperty("step").GetInt32()));
        Assert.Equal(
            ["{}", "{\"margin\":0.25}", "{}"], runs.Select(run => run.GetProperty("measures").GetRawText()));
        Assert.Equal(4.6, runs[0].GetProperty("held_out").GetProperty("loss").GetDouble() + 0.45, 9);
    }

    [Fact]
    public async Task The_run_of_this_process_says_more_than_its_folder_knows()
    {
        Assert.Null(_coordinator.Control.Take());
        await _coordinator.Opened.WaitAsync(Some.Patience, Token);
        _coordinator.Control.Observe(Some.Status(401) with { Name = "trunk" });
        var training = (await JsonAsync("api/runs")).GetProperty("runs")[0];
        _coordinator.Control.Observe(Some.Status(401) with { Name = "trunk", IsPaused = true, Loss = double.NaN });
        var paused = (await JsonAsync("api/runs")).GetProperty("runs")[0];

        Assert.Equal("training", training.GetProperty("state").GetString());
        Assert.Equal(2, training.GetProperty("ranks").GetInt32());
        Assert.Equal(401, training.GetProperty("newest").GetProperty("step").GetInt32());
        Assert.Equal("paused", paused.GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.Null, paused.GetProperty("newest").GetProperty("loss").ValueKind);
    }

    [Fact]
    public async Task A_series_has_columns_of_equal_length_and_then_only_what_is_new()
    {
        var whole = await JsonAsync("api/runs/trunk/series");
        _runs.Train(3);
        var next = await JsonAsync($"api/runs/trunk/series?after={whole.GetProperty("cursor").GetString()}");

        Assert.True(whole.GetProperty("whole").GetBoolean());
        Assert.All(
            whole.GetProperty("points").EnumerateObject(), column => Assert.Equal(400, column.Value.GetArrayLength()));
        Assert.Equal(10, whole.GetProperty("held_out").GetProperty("loss").GetArrayLength());
        Assert.Equal(3, whole.GetProperty("events").GetArrayLength());
        Assert.False(next.GetProperty("whole").GetBoolean());
        Assert.Equal(
            [401, 402, 403],
            next.GetProperty("points").GetProperty("step").EnumerateArray().Select(step => step.GetInt32()));
        Assert.Equal(0, next.GetProperty("events").GetArrayLength());
    }

    [Fact]
    public async Task A_cursor_of_a_coordinator_that_is_no_more_gets_everything()
    {
        var cursor = (await JsonAsync("api/runs/trunk/series")).GetProperty("cursor").GetString();
        await using var other = PretendRuns.Serve(_runs);
        _http.DefaultRequestHeaders.Clear();
        var again = await _http.GetFromJsonAsync<JsonElement>(
            new Uri($"{other.HttpAddress}/api/runs/trunk/series?after={cursor}"), Token);

        Assert.True(again.GetProperty("whole").GetBoolean());
        Assert.Equal(400, again.GetProperty("points").GetProperty("step").GetArrayLength());
    }

    [Fact]
    public async Task An_unknown_run_is_a_sentence_that_does_not_say_the_name_again()
    {
        var answer = await _http.GetAsync(new Uri("api/runs/%3Cscript%3E/series", UriKind.Relative), Token);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.DoesNotContain("<", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("page/page.js")]
    [InlineData("page/page.css")]
    [InlineData("api/runs")]
    [InlineData("api/runs/trunk/series")]
    public async Task Every_answer_lets_a_browser_load_from_nowhere_else_and_run_nothing_that_stands_in_it(string path)
    {
        var answer = await _http.GetAsync(new Uri(path, UriKind.Relative), Token);
        var text = await answer.Content.ReadAsStringAsync(Token);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'; script-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        if (path.StartsWith("api", StringComparison.Ordinal))
            Assert.DoesNotContain('<', text);
        else
            Assert.DoesNotMatch("https?://(?!www.w3.org/2000/svg)|url\\(", text);
    }

    [Theory]
    [InlineData("page/nothing.js")]
    [InlineData("page/..%2fappsettings.json")]
    [InlineData("api")]
    public async Task There_is_nothing_else(string path) => Assert.Equal(
        HttpStatusCode.NotFound, (await _http.GetAsync(new Uri(path, UriKind.Relative), Token)).StatusCode);

    [Fact]
    public async Task Where_there_are_tokens_the_page_opens_without_one_and_what_it_shows_takes_the_right_to_read()
    {
        const string Reader = "0123456789abcdef", Reporter = "fedcba9876543210";
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, $"read {Reader}\nreport {Reporter} trunk\n", Token);
            Secret.Hide(file);
            await using var guarded = PretendRuns.Serve(_runs, tokens: file);

            Assert.Equal(HttpStatusCode.OK, await StatusAsync(guarded, "", null));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(guarded, "page/page.js", null));
            foreach (var path in (string[])["api/runs", "api/runs/trunk/series"])
            {
                Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(guarded, path, null));
                Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(guarded, path, Reporter));
                Assert.Equal(HttpStatusCode.OK, await StatusAsync(guarded, path, Reader));
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _coordinator.DisposeAsync();
    }

    private Task<JsonElement> JsonAsync(string path) =>
        _http.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.Relative), Token);

    private async Task<HttpStatusCode> StatusAsync(EmbeddedCoordinator coordinator, string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{coordinator.HttpAddress}/{path}"));
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await _http.SendAsync(request, Token);
        return answer.StatusCode;
    }
}
