using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MiniCpmDist.Distributed.Tests;

/// <summary>What the coordinator's page shows of runs that are really trained.</summary>
public sealed partial class PageTests(TinyWorkspace workspace) : IClassFixture<TinyWorkspace>
{
    private const int Planned = 100_000;
    private static readonly HttpClient s_http = new();

    [Fact]
    public void A_world_of_two_ranks_and_its_decay_branch_are_on_the_page_of_the_coordinator_that_they_joined()
    {
        Assert.SkipUnless(
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
                .Any(folder => File.Exists(Path.Combine(folder, "chromium"))),
            "chromium is not there: apt-get install chromium");
        using var coordinator = RunningTool.Minicpm(
            workspace.Folder, "coordinator", "--state", "page-state", "--listen", "http://127.0.0.1:0", "--http",
            "http://127.0.0.1:0");
        coordinator.WaitUntil(() => Page().IsMatch(coordinator.Output), "the coordinator says where its page is");
        var page = Page().Match(coordinator.Output).Groups[1].Value;
        var address = Service().Match(coordinator.Output).Groups[1].Value;
        var file = workspace.RunFile(
            "seen", steps: Planned, checkpointEvery: Planned, more: "coordinator: { join: \"" + address + "\" }");
        using var world = RunningTool.Mpirun(workspace.Folder, 2, "train", file);
        world.WaitUntil(() => workspace.LastStep("seen") > 6, "the warmup is over");
        Tool.Minicpm(
            workspace.Folder, "ctl", "branch", "--name", "seen-decay", "--decay", "3 steps", "--launch", "--address",
            address, "--run", "seen").Succeeded();
        world.WaitUntil(() => workspace.Journal("seen-decay", "run-finished").Count == 1, "the branch is trained");

        var drawn = "";
        world.WaitUntil(
            () => (drawn = Draw(page)).Contains("the schedule is at its end", StringComparison.Ordinal), "it is drawn");
        var from = workspace.Journal("seen", "branched").Single().Step;

        Assert.Matches($"""from seen, step {from}</span>""", drawn);
        Assert.Contains("state training", drawn, StringComparison.Ordinal);
        Assert.Contains("state finished", drawn, StringComparison.Ordinal);
        Assert.Contains("attempt 1 begins with 2 ranks", drawn, StringComparison.Ordinal);
        Assert.Contains("branch: a checkpoint is saved and seen-decay begins with it", drawn, StringComparison.Ordinal);
        Assert.Equal(2, Smooth().Count(Loss().Match(drawn).Value));
    }

    [Fact]
    public async Task A_branch_with_a_coordinator_of_its_own_shows_the_trunk_from_its_folder()
    {
        var token = TestContext.Current.CancellationToken;
        var file = workspace.RunFile("before");
        Tool.Mpirun(workspace.Folder, 2, ["train", file]).Succeeded();
        Tool.Minicpm(
            workspace.Folder,
            "branch", "runs/before", "--at", "step:5", "--decay", $"{Planned} steps", "--name", "after").Succeeded();
        // A branch does not take its trunk's port for plain HTTP; it may be given one.
        var branch = Path.Combine(workspace.Folder, "runs", "after", "run.yaml");
        File.WriteAllText(branch, (await File.ReadAllTextAsync(branch, token))
            .Replace("  http: null", "  http: \"http://127.0.0.1:0\"", StringComparison.Ordinal));
        using var world = RunningTool.Mpirun(workspace.Folder, 2, "resume", "runs/after");
        world.WaitUntil(() => workspace.LastStep("after") > 7, "the branch is trained");
        world.WaitUntil(() => OwnPage().IsMatch(world.Output), "it says where its page is");
        var page = OwnPage().Match(world.Output).Groups[1].Value;

        var runs = await s_http.GetFromJsonAsync<JsonElement>(new Uri($"{page}/api/runs"), token);
        var before = await s_http.GetFromJsonAsync<JsonElement>(new Uri($"{page}/api/runs/before/series"), token);
        var after = await s_http.GetFromJsonAsync<JsonElement>(new Uri($"{page}/api/runs/after/series"), token);

        Assert.Equal(
            ["before finished ", "after training before"],
            runs.GetProperty("runs").EnumerateArray().Select(run =>
                $"{run.GetProperty("run")} {run.GetProperty("state")} {run.GetProperty("parent")}"));
        Assert.Equal(
            workspace.LossColumn("before").Values
                .Select(loss => (float)double.Parse(loss, CultureInfo.InvariantCulture)),
            before.GetProperty("points").GetProperty("loss").EnumerateArray().Select(loss => loss.GetSingle()));
        Assert.Equal(6, after.GetProperty("points").GetProperty("step")[0].GetInt32());
    }

    /// <summary>The page as a browser has made it.</summary>
    private string Draw(string page) => Tool.Start(
        workspace.Folder, "chromium",
        [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--virtual-time-budget=8000",
            "--dump-dom", $"--user-data-dir={Path.Combine(workspace.Folder, Path.GetRandomFileName())}", page + "/",
        ],
        []).Succeeded().Output;

    [GeneratedRegex(@"page at (http://127\.0\.0\.1:\d+)/")]
    private static partial Regex Page();

    [GeneratedRegex(@"coordinator at (http://127\.0\.0\.1:\d+)")]
    private static partial Regex Service();

    [GeneratedRegex(@"or open (http://127\.0\.0\.1:\d+)/")]
    private static partial Regex OwnPage();

    [GeneratedRegex("""id="loss-chart".*?id="key" """, RegexOptions.Singleline)]
    private static partial Regex Loss();

    [GeneratedRegex("line smooth")]
    private static partial Regex Smooth();
}
