using MiniCpmDist.Core.Problems;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace MiniCpmDist.Core.Configuration;

/// <summary>Turns YAML text into its one mapping; what is no YAML becomes a problem with its line.</summary>
internal static class YamlText
{
    /// <summary>Characters of a text at most: a hundred times the longest recipe.</summary>
    private const int LongestText = 1 << 20;

    /// <returns>Null where there was a problem.</returns>
    public static YamlMappingNode? Load(string yaml, string source, ProblemCollector problems)
    {
        if (yaml.Length > LongestText)
        {
            problems.Add(
                source, $"{LongestText:N0} characters at most", $"{yaml.Length:N0}",
                "name the file that you mean: this one is no configuration");
            return null;
        }
        var parser = new Parser(new StringReader(yaml));
        try
        {
            var stream = new YamlStream();
            stream.Load(new BoundedYaml(parser));
            if (stream.Documents is [{ RootNode: YamlMappingNode mapping }])
            {
                YamlMerge.Apply(mapping, source, problems);
                return mapping;
            }
            problems.Add(
                source, "one mapping of keys to values", Describe(stream), "begin with a line such as `model: nano`");
        }
        catch (AnchorNotFoundException exception)
        {
            // The message has the name in quotes, and no place.
            var name = exception.Message.Split('\'') is [_, var quoted, ..] ? quoted : "";
            var line = Array.FindIndex(
                yaml.Split('\n'), text => text.Contains("*" + name, StringComparison.Ordinal)) + 1;
            problems.Add(
                $"{source}:{Math.Max(line, 1)}", $"an anchor `&{name}` further up", $"`*{name}` alone",
                $"write `&{name}` after the key of the mapping that is meant");
        }
        catch (YamlException exception)
        {
            var line = LineWithin(yaml, exception.Start);
            var found = FirstLine(exception) + (exception.End.Line > line ? $" (up to line {exception.End.Line})" : "");
            problems.Add($"{source}:{line}", "YAML", found, "correct the indentation, quotes or brackets there");
        }
        catch (Exception exception) when (IsParserLost(exception))
        {
            // This is where the last event ends that the parser has understood.
            var line = LineWithin(yaml, parser.Current?.End ?? Mark.Empty);
            problems.Add(
                $"{source}:{line}", "YAML", "text that is not YAML after this", "close the brackets and quotes there");
        }
        return null;
    }

    // Where something is missing at the end, the parser reports the line after the last.
    private static int LineWithin(string yaml, Mark mark) =>
        Math.Clamp((int)mark.Line, 1, yaml.TrimEnd().Split('\n').Length);

    /// <summary>What a node is, for the "found" of a problem.</summary>
    public static string Describe(YamlNode node) => node switch
    {
        YamlScalarNode { Value: { Length: > 0 } value } => $"`{value}`",
        YamlScalarNode => "nothing",
        YamlSequenceNode => "a list",
        YamlMappingNode => "a mapping",
        _ => "an alias",
    };

    /// <summary>True for a plain <c>null</c>, <c>~</c> or nothing; quoted, they are text.</summary>
    public static bool IsNull(YamlNode node) =>
        node is YamlScalarNode { Style: ScalarStyle.Plain or ScalarStyle.Any, Value: null or "" or "null" or "~" };

    /// <summary>The values that are no mappings, in the order of the text; an empty mapping is one.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Leaves(YamlMappingNode mapping, string prefix = "")
    {
        foreach (var (key, value) in mapping)
        {
            var name = prefix + ((YamlScalarNode)key).Value;
            if (value is YamlMappingNode { Children.Count: > 0 } inner)
            {
                foreach (var leaf in Leaves(inner, name + "."))
                    yield return leaf;
            }
            else
            {
                yield return new(name, value is YamlScalarNode scalar ? scalar.Value ?? "" : "{}");
            }
        }
    }

    private static string Describe(YamlStream stream) => stream.Documents.Count switch
    {
        0 => "an empty file",
        1 => Describe(stream.Documents[0].RootNode),
        var count => $"{count} documents",
    };

    /// <summary>
    /// True for exceptions that YamlDotNet sometimes throws in place of its own, such as for a brace that is never
    /// closed.
    /// </summary>
    public static bool IsParserLost(Exception exception) => exception is InvalidOperationException or ArgumentException;

    /// <summary>What the parser complains about.</summary>
    public static string FirstLine(Exception exception) =>
        (exception.InnerException ?? exception).Message.Split('\n')[0].Trim().TrimEnd('.');
}
