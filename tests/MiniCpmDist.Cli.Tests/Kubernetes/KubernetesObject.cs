using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace MiniCpmDist.Cli.Tests.Kubernetes;

/// <summary>
/// A part of a YAML document, found by keys; a key that is not there fails the test and says its path.
/// </summary>
internal sealed record KubernetesObject(YamlNode Node, string Path)
{
    public string Text => Node is YamlScalarNode { Value: { } value }
        ? value
        : throw new InvalidOperationException($"{Path} is no scalar");

    /// <summary>YAML reads it as a string, whatever it looks like.</summary>
    public bool IsText => Node is YamlScalarNode scalar
        && (scalar.Style is ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted or ScalarStyle.Literal
            || !(double.TryParse(scalar.Value, out _) || scalar.Value is "true" or "false" or "null" or "~" or ""));

    public string Kind => this["kind"].Text;

    public string Name => this["metadata", "name"].Text;

    public IReadOnlyList<KubernetesObject> Items => Node is YamlSequenceNode sequence
        ? [.. sequence.Select((item, index) => new KubernetesObject(item, $"{Path}[{index}]"))]
        : throw new InvalidOperationException($"{Path} is no list");

    public IReadOnlyDictionary<string, KubernetesObject> Children => Node is YamlMappingNode mapping
        ? mapping.ToDictionary(
            pair => ((YamlScalarNode)pair.Key).Value!,
            pair => new KubernetesObject(pair.Value, $"{Path}.{((YamlScalarNode)pair.Key).Value}"))
        : throw new InvalidOperationException($"{Path} is no mapping");

    public KubernetesObject this[params string[] keys] => keys.Aggregate(
        this, (part, key) => part.Children.TryGetValue(key, out var child)
            ? child
            : throw new InvalidOperationException($"{part.Path} has no {key}"));

    public bool Has(string key) => Node is YamlMappingNode && Children.ContainsKey(key);

    public static KubernetesObject Parse(string yaml) => Assert.Single(ParseAll(yaml, "the object"));

    public static IReadOnlyList<KubernetesObject> ParseAll(string yaml, string source)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return [.. stream.Documents.Select(document => new KubernetesObject(document.RootNode, source))];
    }

    /// <summary>The same text for the same values, however they are written.</summary>
    public override string ToString() => Node switch
    {
        YamlScalarNode scalar => scalar.Value ?? "",
        YamlSequenceNode => $"[{string.Join(", ", Items)}]",
        _ => "{" + string.Join(", ", Children.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key}: {pair.Value}")) + "}",
    };
}
