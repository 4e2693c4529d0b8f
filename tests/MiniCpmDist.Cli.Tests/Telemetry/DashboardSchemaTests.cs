using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using MiniCpmDist.Cli.Tests.Kubernetes;

namespace MiniCpmDist.Cli.Tests.Telemetry;

/// <summary>
/// Dashboards are held to the types that Grafana publishes; <c>tests/golden/grafana</c> has them as a JSON schema, and
/// the script that makes it.
/// </summary>
public sealed class DashboardSchemaTests
{
    private static readonly JsonSchema s_schema = JsonSchema.FromText(File.ReadAllText(
        Path.Combine(ClusterFiles.Repository, "tests", "golden", "grafana", "dashboard.schema.json")));

    public static TheoryData<string> Dashboards { get; } =
        [.. Directory.GetFiles(Folder, "*.json").Select(file => Path.GetFileName(file))];

    private static string Folder => Path.Combine(ClusterFiles.Repository, "telemetry", "grafana");

    [Theory]
    [MemberData(nameof(Dashboards))]
    public void A_dashboard_has_what_Grafana_says_that_one_has_and_nothing_else(string file) =>
        Assert.Empty(Problems(Read(file)));

    /// <summary>A key that is misspelt would be ignored by Grafana without a word.</summary>
    [Theory]
    [InlineData("options", "showValues", "\"never\"")]
    [InlineData("fieldConfig", "default", "{}")]
    [InlineData("gridPos", "width", "3")]
    public void A_key_that_no_such_panel_has_is_found(string place, string key, string value)
    {
        var dashboard = Read("run.json");
        var panel = dashboard["panels"]!.AsArray().First(panel => panel!["type"]!.GetValue<string>() == "timeseries")!;
        panel[place] ??= new JsonObject();

        panel[place]![key] = JsonNode.Parse(value);

        Assert.NotEmpty(Problems(dashboard));
    }

    [Fact]
    public void A_kind_of_panel_that_Grafana_does_not_have_is_found()
    {
        var dashboard = Read("run.json");

        dashboard["panels"]![0]!["type"] = "graph";

        Assert.NotEmpty(Problems(dashboard));
    }

    private static JsonNode Read(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, file)))!;

    private static IEnumerable<string> Problems(JsonNode dashboard)
    {
        var result = s_schema.Evaluate(
            JsonSerializer.SerializeToElement(dashboard),
            new EvaluationOptions { OutputFormat = OutputFormat.List });
        return result.IsValid ? [] : (result.Details ?? [])
            .Where(detail => detail.Errors is not null)
            .SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}"))
            .Append("It is not a dashboard.");
    }
}
