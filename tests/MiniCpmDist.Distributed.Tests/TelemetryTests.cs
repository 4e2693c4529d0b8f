using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MiniCpmDist.Distributed.Tests;

/// <summary>
/// A run of two ranks that has joined a coordinator, as Prometheus sees them: Debian's prometheus and promtool, no
/// imitation.
/// </summary>
public sealed partial class TelemetryTests(TinyWorkspace workspace) : IClassFixture<TinyWorkspace>
{
    private static readonly HttpClient s_http = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void The_alert_rules_fire_for_what_they_are_about_and_for_nothing_beside_it()
    {
        RequirePrometheus();
        var folder = Path.GetDirectoryName(Dashboards.Rules)!;

        Tool.Start(folder, "promtool", ["check", "rules", "rules.yaml"], []).Succeeded();
        Tool.Start(folder, "promtool", ["check", "config", "prometheus.yaml"], []).Succeeded();
        Tool.Start(folder, "promtool", ["test", "rules", "rules.test.yaml"], []).Succeeded();
    }

    [Fact]
    public async Task Every_panel_shows_data_of_a_run_and_nothing_is_exported_that_no_panel_or_rule_shows()
    {
        RequirePrometheus();
        using var coordinator = RunningTool.Minicpm(
            workspace.Folder, "coordinator", "--state", "coordinator", "--listen", "http://127.0.0.1:0", "--http",
            "http://127.0.0.1:0");
        coordinator.WaitUntil(() => Metrics().IsMatch(coordinator.Output), "the coordinator listens");
        var addresses = Address().Matches(coordinator.Output).Select(match => match.Value).ToArray();
        using var run = RunningTool.Mpirun(workspace.Folder, 2, "train", RunFile(addresses[0]));
        var folder = Path.Combine(workspace.Folder, "runs", "seen");
        var targets = Enumerable.Range(0, 2).Select(rank => Path.Combine(folder, $"scrape-rank{rank}.json"));
        run.WaitUntil(() => targets.All(File.Exists) && workspace.LastStep("seen") > 6, "the run trains");

        var texts = new List<string>();
        foreach (var address in targets.Select(Target).Append(addresses[1]["http://".Length..]))
            texts.Add(await s_http.GetStringAsync(new Uri($"http://{address}/metrics"), Token));

        foreach (var text in texts)
            RequireClean(text);
        Assert.Equal(Dashboards.MetricNames().Order(), texts.SelectMany(Dashboards.Families).Distinct().Order());
        // What rank 0 and a coordinator told before prometheus-net did (tests/golden/README.md).
        Assert.Equal(
            File.ReadAllLines(Path.Combine(Tool.RepositoryRoot, "tests", "golden", "exposition.txt")),
            Dashboards.Shape([texts[0], texts[2]]));
        await RequireData(run, addresses[1]);
    }

    /// <summary>Prometheus itself answers each query of each panel.</summary>
    private async Task RequireData(RunningTool run, string coordinator)
    {
        using var prometheus = Prometheus(coordinator);
        prometheus.WaitUntil(() => Listening().IsMatch(prometheus.Errors), "Prometheus listens");
        // It listens before it answers.
        prometheus.WaitUntil(
            () => prometheus.Errors.Contains("Server is ready", StringComparison.Ordinal), "Prometheus is ready");
        var api = $"http://127.0.0.1:{Listening().Match(prometheus.Errors).Groups[1].Value}/api/v1/query?query=";
        var left = Dashboards.PanelQueries("seen", "5s")
            // Of a device that is not there.
            .Where(panel => !panel.Query.StartsWith("DCGM_", StringComparison.Ordinal))
            .ToList();
        Assert.NotEmpty(left);
        var clock = Stopwatch.StartNew();
        while (left.Count > 0)
        {
            for (var i = left.Count - 1; i >= 0; i--)
            {
                if (await Answer(api, left[i].Query) > 0)
                    left.RemoveAt(i);
            }
            Assert.True(
                clock.Elapsed < TimeSpan.FromSeconds(45),
                $"no data for:\n{string.Join('\n', left)}\n{prometheus.Errors}\n{run.Output}");
        }
        foreach (var query in Dashboards.AnnotationQueries("seen", "5s"))
            await Answer(api, query);
    }

    /// <returns>How many series the answer has; fails where the query is none.</returns>
    private static async Task<int> Answer(string api, string query)
    {
        var answer = await s_http.GetFromJsonAsync<JsonElement>(new Uri(api + Uri.EscapeDataString(query)), Token);
        Assert.Equal("success", answer.GetProperty("status").GetString());
        return answer.GetProperty("data").GetProperty("result").GetArrayLength();
    }

    private RunningTool Prometheus(string coordinator)
    {
        var configuration = $$"""
            global: { scrape_interval: 1s }
            rule_files: ["{{Dashboards.Rules}}"]
            scrape_configs:
              - job_name: ranks
                file_sd_configs: [{ files: ["{{workspace.Folder}}/runs/seen/scrape-rank*.json"] }]
              - job_name: coordinator
                static_configs: [{ targets: ["{{coordinator["http://".Length..]}}"] }]
            """;
        File.WriteAllText(Path.Combine(workspace.Folder, "prometheus.yaml"), configuration);
        return RunningTool.Program(
            workspace.Folder, "prometheus", "--config.file=prometheus.yaml", "--storage.tsdb.path=prometheus-data",
            "--web.listen-address=127.0.0.1:0");
    }

    /// <summary>A run that shows everything there is to show, and goes on until it is ended.</summary>
    private static readonly string s_sets =
        Path.Combine(Tool.RepositoryRoot, "launch", "examples", "evaluation-sets");

    private string RunFile(string coordinator)
    {
        var path = workspace.RunFile(
            "seen", steps: 1_000_000, checkpointEvery: 5,
            more: $$"""
                coordinator: { join: {{coordinator}} }
                telemetry: { metrics_port: 0, peak_flops_per_second: 1e12 }
                evaluation:
                  { tasks: [arc-easy], data: {{s_sets}}, flavour: harness, every: 3 steps, items: 1, most_share: 1 }
                """);
        var text = File.ReadAllText(path)
            // With experts, so that what is exported of them is looked for, too.
            .Replace("dim_model_base: 64", "dim_model_base: 64, experts: 2", StringComparison.Ordinal)
            .Replace("{ every: 5 steps }", "{ every: 5 steps, every_time: 1h }", StringComparison.Ordinal);
        File.WriteAllText(path, text);
        return path;
    }

    private static string Target(string file) => JsonDocument.Parse(File.ReadAllText(file))
        .RootElement[0].GetProperty("targets")[0].GetString()!;

    private static void RequireClean(string exposition)
    {
        var start = Tool.Info(Directory.GetCurrentDirectory(), "promtool", ["check", "metrics"], []);
        using var promtool = Process.Start(start)!;
        promtool.StandardInput.Write(exposition);
        promtool.StandardInput.Close();
        var said = promtool.StandardOutput.ReadToEnd() + promtool.StandardError.ReadToEnd();
        promtool.WaitForExit();
        Assert.True(promtool.ExitCode == 0 && said.Length == 0, $"{said}\n{exposition}");
    }

    private static void RequirePrometheus() => Assert.SkipUnless(
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Any(folder => File.Exists(Path.Combine(folder, "prometheus"))),
        "prometheus is not there: apt-get install prometheus");

    [GeneratedRegex(@"http://127\.0\.0\.1:[1-9]\d*")]
    private static partial Regex Address();

    [GeneratedRegex("metrics at http")]
    private static partial Regex Metrics();

    [GeneratedRegex(@"Listening on"" address=127\.0\.0\.1:(\d+)")]
    private static partial Regex Listening();
}
