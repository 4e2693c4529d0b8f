using MiniCpmDist.Core.Problems;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace MiniCpmDist.Core.Configuration;

/// <summary>Puts a key into the text of a recipe; everything else, comments too, stays as it is.</summary>
public static class RecipeEdit
{
    /// <summary>Sets a key of a section.</summary>
    /// <param name="recipe">The text of a run file.</param>
    /// <param name="path">Its path, for messages.</param>
    /// <param name="section">The section, which the recipe has as a mapping of its own.</param>
    /// <param name="key">The key; its value is replaced where it is there.</param>
    /// <param name="value">The new value in YAML, on one line.</param>
    /// <returns>The text with the key.</returns>
    /// <exception cref="ConfigurationException">The text, before or after, is no run file.</exception>
    public static string With(string recipe, string path, string section, string key, string value)
    {
        RunFile.Parse(recipe, path);
        var problems = new ProblemCollector();
        var root = YamlText.Load(recipe, path, problems)!;
        var found = root.Children.FirstOrDefault(entry => (entry.Key as YamlScalarNode)?.Value == section).Value;
        if (found is not YamlMappingNode { Children.Count: > 0 } mapping)
        {
            throw new ConfigurationException([new Problem(
                path, $"a section `{section}` with a key", found is null ? "none" : "something else",
                "write the section, and call again")]);
        }
        var old = mapping.Children.FirstOrDefault(entry => (entry.Key as YamlScalarNode)?.Value == key).Value;
        var first = mapping.Children.First().Key;
        var edited = old is not null ? Replaced(recipe, old, value)
            : mapping.Style == MappingStyle.Flow ? Inserted(recipe, first, $"{key}: {value}, ")
            : Inserted(recipe, first, $"{key}: {value}\n{new string(' ', (int)first.Start.Column - 1)}");
        RunFile.Parse(edited, path);
        return edited;
    }

    private static string Inserted(string text, YamlNode before, string added) =>
        text.Insert((int)before.Start.Index, added);

    private static string Replaced(string text, YamlNode old, string value)
    {
        var start = (int)old.Start.Index;
        var end = EndOf(text, start);
        // The parser gives the place before the brace.
        if (old is YamlMappingNode { Style: MappingStyle.Flow })
            end = text.IndexOf('}', end) + 1;
        return text[..BeginOf(text, start)] + " " + value + text[end..];
    }

    // After the colon: a block begins on the next line.
    private static int BeginOf(string text, int start) => text.LastIndexOf(':', start - 1) + 1;

    // Where the last thing of a value ends. A block itself ends where the next key begins, after comments in between.
    private static int EndOf(string text, int start)
    {
        var parser = new Parser(new StringReader(text));
        var (depth, end) = (0, start);
        while (parser.MoveNext())
        {
            var now = parser.Current!;
            if (now.Start.Index < start)
                continue;
            depth += now.NestingIncrease;
            // What closes a block has no length of its own.
            if (now.End.Index > now.Start.Index)
                end = (int)now.End.Index;
            if (depth <= 0)
                break;
        }
        return end;
    }
}
