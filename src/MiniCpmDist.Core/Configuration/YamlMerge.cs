using MiniCpmDist.Core.Problems;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace MiniCpmDist.Core.Configuration;

/// <summary>
/// Merge keys (<c>&lt;&lt;: *base</c>) of YAML 1.1: the keys of another mapping, or of several, where a mapping does
/// not have them itself. Of several the first counts.
/// </summary>
internal static class YamlMerge
{
    private const string Key = "<<";

    /// <summary>Puts merged keys into every mapping below a node, and takes the merge keys out.</summary>
    /// <param name="root">Changed in place.</param>
    /// <param name="source">Of the text, for errors.</param>
    /// <param name="problems">Takes merge keys that name no mapping.</param>
    public static void Apply(YamlNode root, string source, ProblemCollector problems) =>
        Apply(root, source, problems, new HashSet<YamlNode>(ReferenceEqualityComparer.Instance));

    private static void Apply(YamlNode node, string source, ProblemCollector problems, HashSet<YamlNode> seen)
    {
        // One node may stand in several places, and in itself.
        if (!seen.Add(node))
            return;
        foreach (var inner in node switch
        {
            YamlMappingNode mapping => mapping.Children.Values.ToArray(),
            YamlSequenceNode list => list.Children.ToArray(),
            _ => [],
        })
            Apply(inner, source, problems, seen);
        if (node is YamlMappingNode merged && merged.Children.Keys.FirstOrDefault(IsMergeKey) is { } key)
            Merge(merged, key, source, problems);
    }

    private static bool IsMergeKey(YamlNode key) =>
        key is YamlScalarNode { Value: Key, Style: ScalarStyle.Plain or ScalarStyle.Any };

    private static void Merge(YamlMappingNode mapping, YamlNode key, string source, ProblemCollector problems)
    {
        var value = mapping.Children[key];
        mapping.Children.Remove(key);
        var bases = value is YamlSequenceNode list ? list.Children.ToArray() : [value];
        foreach (var one in bases)
        {
            if (one is not YamlMappingNode other)
            {
                problems.Add(
                    $"{source}:{key.Start.Line}: {Key}", "a mapping, or a list of mappings", YamlText.Describe(one),
                    "name the anchor of a mapping, such as `<<: *base`");
                continue;
            }
            foreach (var (name, inherited) in other.Children.ToArray())
            {
                if (!IsMergeKey(name))
                    mapping.Children.TryAdd(name, inherited);
            }
        }
    }
}
