using System.Text.RegularExpressions;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Problems;
using YamlDotNet.RepresentationModel;

namespace MiniCpmDist.Core.Launching;

/// <summary>
/// An object of Kubernetes with placeholders such as <c>${branch}</c> in its values. It is filled as YAML and not as
/// text, so that no value can become anything but a value.
/// </summary>
public static partial class JobTemplate
{
    /// <summary>Fills a template.</summary>
    /// <param name="text">YAML.</param>
    /// <param name="source">Its name, for problems.</param>
    /// <param name="values">By placeholder. Where one is null, the list entry that it stands in is left out.</param>
    /// <exception cref="ConfigurationException">It is no YAML, no object, or has placeholders that nobody
    /// knows.</exception>
    public static ClusterJob Fill(string text, string source, IReadOnlyDictionary<string, string?> values)
    {
        var problems = new ProblemCollector();
        var root = YamlText.Load(text, source, problems);
        problems.ThrowIfAny();
        Fill(root!, source, values, problems);
        var apiVersion = Required(root!, source, "apiVersion", problems);
        var kind = Required(root!, source, "kind", problems);
        var metadata = root!.Children.TryGetValue("metadata", out var node) ? node as YamlMappingNode : null;
        var name = Required(metadata ?? [], source, "name", problems);
        problems.ThrowIfAny();
        return new ClusterJob(apiVersion, kind, name, Write(root));
    }

    /// <returns>False where something in it is not known and it should be left out.</returns>
    private static bool Fill(
        YamlNode node, string source, IReadOnlyDictionary<string, string?> values, ProblemCollector problems)
    {
        switch (node)
        {
            case YamlScalarNode { Value: { } text } scalar:
                var isKnown = true;
                scalar.Value = Placeholder().Replace(text, match =>
                {
                    var name = match.Groups[1].Value;
                    if (!values.TryGetValue(name, out var value))
                    {
                        problems.Add(
                            source, $"one of the placeholders {string.Join(", ", values.Keys)}", match.Value,
                            "write one of them");
                    }
                    isKnown &= value is not null || !values.ContainsKey(name);
                    return value ?? "";
                });
                return isKnown;
            case YamlSequenceNode sequence:
                foreach (var item in sequence.Where(item => !Fill(item, source, values, problems)).ToArray())
                    sequence.Children.Remove(item);
                return true;
            case YamlMappingNode mapping:
                var all = true;
                foreach (var (key, value) in mapping.ToArray())
                {
                    var hadItems = value is YamlSequenceNode { Children.Count: > 0 };
                    all &= Fill(value, source, values, problems);
                    if (hadItems && value is YamlSequenceNode { Children.Count: 0 })
                        mapping.Children.Remove(key);
                }
                return all;
            default:
                return true;
        }
    }

    private static string Required(YamlMappingNode mapping, string source, string key, ProblemCollector problems)
    {
        var value = mapping.Children.TryGetValue(key, out var node) ? (node as YamlScalarNode)?.Value : null;
        problems.Require(
            value is { Length: > 0 }, source, $"`{key}` of an object of Kubernetes", "nothing",
            "begin with the template in k8s/base/branch-job.yaml");
        return value ?? "";
    }

    private static string Write(YamlMappingNode root)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        new YamlStream(new YamlDocument(root)).Save(writer, assignAnchors: false);
        const string End = "...\n";
        var text = writer.ToString();
        return text.EndsWith(End, StringComparison.Ordinal) ? text[..^End.Length] : text;
    }

    [GeneratedRegex(@"\$\{(\w+)\}")]
    private static partial Regex Placeholder();
}
