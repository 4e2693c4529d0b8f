using System.Text;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Evaluation;

/// <summary>
/// A text with places for values, <c>Question: {{question}}</c>. A value may go through filters:
/// <c>{{subject|spaced}}</c>.
/// </summary>
public sealed class TaskTemplate
{
    private readonly List<(string Text, FilteredName? Value)> _parts = [];

    private TaskTemplate(string source) => Source = source;

    /// <summary>The text as the task file has it.</summary>
    public string Source { get; }

    /// <summary>The names of the values that it takes.</summary>
    public IEnumerable<string> Names => _parts.Select(part => part.Value?.Name).OfType<string>();

    /// <summary>Reads a template.</summary>
    /// <param name="source">Its text.</param>
    /// <param name="where">File, line and key, for problems.</param>
    /// <param name="known">The names that have values.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static TaskTemplate Read(
        string source, string where, IReadOnlyCollection<string> known, ProblemCollector problems)
    {
        var template = new TaskTemplate(source);
        var rest = source;
        while (rest.IndexOf("{{", StringComparison.Ordinal) is >= 0 and var open)
        {
            var close = rest.IndexOf("}}", open, StringComparison.Ordinal);
            if (!problems.Require(
                close >= 0, where, "`}}` after `{{`", "none", "write such as `Question: {{question}}`"))
                return template;
            var value = FilteredName.Read(rest[(open + 2)..close], where, problems);
            if (!known.Contains(value.Name))
            {
                var nearest = NearestKey.Of(value.Name, known);
                problems.Add(
                    where, $"a value that the task has ({string.Join(", ", known)})", $"`{value.Name}`",
                    nearest is null ? "add it to `fields`" : $"did you mean `{nearest}`?");
            }
            template._parts.Add((rest[..open], value));
            rest = rest[(close + 2)..];
        }
        template._parts.Add((rest, null));
        return template;
    }

    /// <summary>The text with its values.</summary>
    public string Render(IReadOnlyDictionary<string, string> values)
    {
        var text = new StringBuilder();
        foreach (var (before, value) in _parts)
            text.Append(before).Append(value?.Of(values[value.Name]));
        return text.ToString();
    }
}
