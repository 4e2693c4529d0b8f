using System.Text.Json;
using System.Text.RegularExpressions;

namespace MiniCpmDist.Distributed.Tests;

/// <summary>What the files below <c>telemetry/</c> ask Prometheus.</summary>
internal static partial class Dashboards
{
    public static string Folder { get; } = Path.Combine(Tool.RepositoryRoot, "telemetry");

    public static string Rules { get; } = Path.Combine(Folder, "prometheus", "rules.yaml");

    /// <summary>Every panel's queries, as a Grafana that shows this run sends them.</summary>
    /// <param name="run">Name of the run.</param>
    /// <param name="window">Of rates.</param>
    public static IEnumerable<(string Panel, string Query)> PanelQueries(string run, string window) =>
        from file in Files()
        let json = JsonDocument.Parse(File.ReadAllText(file)).RootElement
        from panel in json.GetProperty("panels").EnumerateArray()
        where panel.TryGetProperty("targets", out _)
        from target in panel.GetProperty("targets").EnumerateArray()
        select (
            $"{Path.GetFileNameWithoutExtension(file)}: {panel.GetProperty("title").GetString()}",
            Fill(target.GetProperty("expr").GetString()!, run, window));

    /// <summary>The queries that mark events.</summary>
    public static IEnumerable<string> AnnotationQueries(string run, string window) =>
        from file in Files()
        let json = JsonDocument.Parse(File.ReadAllText(file)).RootElement
        from annotation in json.GetProperty("annotations").GetProperty("list").EnumerateArray()
        select Fill(annotation.GetProperty("expr").GetString()!, run, window);

    /// <summary>Names of our metrics in dashboards and rules; a histogram's under its own name.</summary>
    public static IReadOnlySet<string> MetricNames() => Files().Append(Rules)
        .Select(File.ReadAllText)
        .SelectMany(text => MetricName().Matches(text))
        .Select(match => Histogram().Replace(match.Value, ""))
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>Families of an exposition.</summary>
    public static IEnumerable<string> Families(string exposition) =>
        Family().Matches(exposition).Select(match => match.Groups[1].Value);

    /// <summary>Everything in expositions but the numbers and what differs between builds, in order.</summary>
    public static IEnumerable<string> Shape(IEnumerable<string> expositions) => expositions
        .SelectMany(text => text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        .Select(line => line[0] == '#' ? line : line[..line.LastIndexOf(' ')])
        .Select(line => Build().Replace(line, "$1=\"*\""))
        .Distinct()
        .Order(StringComparer.Ordinal);

    private static string[] Files() => Directory.GetFiles(Path.Combine(Folder, "grafana"), "*.json");

    private static string Fill(string query, string run, string window) => query
        .Replace("$__rate_interval", window, StringComparison.Ordinal)
        .Replace("$runs", ".*", StringComparison.Ordinal)
        .Replace("$run", run, StringComparison.Ordinal);

    // Names of rules have a colon in front, those of alerts a capital letter.
    [GeneratedRegex(@"(?<![\w:])minicpm_[a-z_]+")]
    private static partial Regex MetricName();

    [GeneratedRegex("_(?:bucket|sum|count)$")]
    private static partial Regex Histogram();

    [GeneratedRegex("(config_hash|version)=\"[^\"]*\"")]
    private static partial Regex Build();

    [GeneratedRegex(@"^# TYPE (\w+) ", RegexOptions.Multiline)]
    private static partial Regex Family();
}
