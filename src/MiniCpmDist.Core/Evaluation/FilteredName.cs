using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Evaluation;

/// <summary>A name and the filters that its value goes through, <c>solution|boxed</c>.</summary>
/// <param name="Name">Of a value, or the path to one.</param>
/// <param name="Filters">In the order in which they are applied.</param>
public sealed record FilteredName(string Name, IReadOnlyList<Func<string, string>> Filters)
{
    public static FilteredName Read(string text, string where, ProblemCollector problems)
    {
        var parts = text.Split('|', StringSplitOptions.TrimEntries);
        foreach (var name in parts.Skip(1).Where(name => TaskFilter.Find(name) is null))
        {
            problems.Add(
                where, $"a filter ({string.Join(", ", TaskFilter.Names)})", $"`{name}`",
                NearestKey.Of(name, TaskFilter.Names) is { } nearest ? $"did you mean `{nearest}`?" : "remove it");
        }
        return new FilteredName(
            parts[0], [.. parts.Skip(1).Select(TaskFilter.Find).OfType<Func<string, string>>()]);
    }

    public string Of(string value) => Filters.Aggregate(value, (text, filter) => filter(text));
}
