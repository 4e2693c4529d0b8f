using MiniCpmDist.Core.Problems;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace MiniCpmDist.Core.Configuration;

/// <summary>
/// Puts <c>key=value</c> pairs of the command line into a run's mapping before anything reads it, so that they are
/// checked as the file is; remembers which keys they are, so that a problem names the option and not a line of the
/// file.
/// </summary>
internal sealed class YamlOverrides(ProblemCollector problems)
{
    /// <summary>What a problem calls the place.</summary>
    public const string Option = "--set";

    private const string Example = "for example --set schedule.learning_rate=0.02";
    private readonly HashSet<YamlNode> _keys = new(ReferenceEqualityComparer.Instance);

    /// <summary>True for a key that came from the command line.</summary>
    public bool Contains(YamlNode key) => _keys.Contains(key);

    /// <summary>Applies the pairs in order; of two for one key the last counts.</summary>
    public void Apply(YamlMappingNode root, IEnumerable<string> pairs)
    {
        foreach (var pair in pairs)
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var path = equals < 0 ? [] : pair[..equals].Split('.', StringSplitOptions.TrimEntries);
            if (path.Length == 0 || path.Contains(""))
                problems.Add(Option, "key=value with a dotted key of run.yaml", $"`{pair}`", Example);
            else if (Value(pair, pair[(equals + 1)..].Trim()) is { } value)
                Put(root, path, value);
        }
    }

    private void Put(YamlMappingNode root, string[] path, YamlNode value)
    {
        var mapping = root;
        for (var depth = 0; depth < path.Length - 1; depth++)
        {
            var key = Find(mapping, path[depth]);
            var found = key is null ? null : mapping.Children[key];
            if (found is not YamlMappingNode inner)
            {
                inner = new YamlMappingNode();
                if (found is not null && !YamlText.IsNull(found) && !KeepsPreset(path, depth, found, inner))
                {
                    var full = string.Join('.', path[..(depth + 1)]);
                    problems.Add(
                        $"{Option} {string.Join('.', path)}", $"a mapping of keys to values at `{full}`",
                        YamlText.Describe(found), $"set all of `{full}` at once, or correct it in the file");
                    return;
                }
                Replace(mapping, key, path[depth], inner);
            }
            mapping = inner;
        }
        Replace(mapping, Find(mapping, path[^1]), path[^1], value);
    }

    /// <summary>
    /// <c>model: nano</c> and <c>model.vocab_size=512</c> together mean the preset with that override.
    /// </summary>
    private static bool KeepsPreset(string[] path, int depth, YamlNode found, YamlMappingNode inner)
    {
        if (depth != 0 || path[0] != "model" || found is not YamlScalarNode preset)
            return false;
        inner.Add("preset", preset);
        return true;
    }

    private void Replace(YamlMappingNode mapping, YamlNode? old, string name, YamlNode value)
    {
        if (old is not null)
            mapping.Children.Remove(old);
        var key = new YamlScalarNode(name);
        _keys.Add(key);
        mapping.Children.Add(key, value);
    }

    /// <summary>Plain text as it is, so that nobody has to quote twice; brackets and quotes are read as YAML.</summary>
    private YamlNode? Value(string pair, string text)
    {
        if (text is not ['{' or '[' or '"' or '\'', ..])
            return new YamlScalarNode(text) { Style = ScalarStyle.Plain };
        try
        {
            var stream = new YamlStream();
            stream.Load(new BoundedYaml(new Parser(new StringReader(text))));
            var value = stream.Documents[0].RootNode;
            if (value is YamlMappingNode)
                Remember(value);
            return value;
        }
        catch (Exception exception) when (exception is YamlException || YamlText.IsParserLost(exception))
        {
            problems.Add(
                $"{Option} {pair}", "a value, or YAML in brackets or quotes", YamlText.FirstLine(exception), Example);
            return null;
        }
    }

    private void Remember(YamlNode node)
    {
        foreach (var (key, value) in (node as YamlMappingNode)?.Children ?? new YamlMappingNode().Children)
        {
            _keys.Add(key);
            Remember(value);
        }
    }

    private static YamlNode? Find(YamlMappingNode mapping, string name) =>
        mapping.Children.Keys.FirstOrDefault(key => (key as YamlScalarNode)?.Value == name);
}
