using System.Globalization;
using System.Text.Json;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Evaluation;

/// <summary>
/// Where a value lies in an item of a set: <c>question.stem</c>, <c>question.choices[].text</c> for a list, or
/// <c>choices[0]</c> for one of its values. Sets
/// are published in several forms, so there may be several paths, <c>question.stem or question</c>; the first that is
/// there counts.
/// </summary>
public sealed class TaskField
{
    private readonly IReadOnlyList<FilteredName> _paths;

    private TaskField(IReadOnlyList<FilteredName> paths) => _paths = paths;

    /// <summary>The paths as a task file has them, for problems.</summary>
    public string Expectation => string.Join(" or ", _paths.Select(path => $"`{path.Name}`"));

    public static TaskField Read(IEnumerable<string> paths, string where, ProblemCollector problems) =>
        new([.. paths.SelectMany(path => path.Split(" or ")).Select(path => FilteredName.Read(path, where, problems))]);

    /// <summary>The value as one text; null where there is none.</summary>
    public string? Text(JsonElement item) =>
        Texts(item) is { } texts ? string.Join('\n', texts) : null;

    /// <summary>The values of a list; one of a text alone; null where there is nothing.</summary>
    public IReadOnlyList<string>? Texts(JsonElement item)
    {
        foreach (var path in _paths)
        {
            var found = Follow([item], path.Name).SelectMany(Spread).Select(TextOf).ToArray();
            if (found.Length > 0 && found.All(text => text is not null))
                return [.. found.Select(text => path.Of(text!))];
        }
        return null;
    }

    private static IEnumerable<JsonElement> Follow(IEnumerable<JsonElement> elements, string path)
    {
        foreach (var segment in path.Split('.'))
        {
            var bracket = segment.EndsWith(']') ? segment.IndexOf('[', StringComparison.Ordinal) : -1;
            var name = bracket < 0 ? segment : segment[..bracket];
            elements = elements.SelectMany(element =>
                element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member)
                    ? bracket < 0 ? [member] : Listed(member, segment[(bracket + 1)..^1])
                    : []);
        }
        return elements;
    }

    private static IEnumerable<JsonElement> Listed(JsonElement list, string place) =>
        place.Length == 0 ? Spread(list)
        : int.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? Spread(list).Skip(number).Take(1)
            : [];

    private static IEnumerable<JsonElement> Spread(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : [element];

    private static string? TextOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.GetRawText(),
        JsonValueKind.True => "True",
        JsonValueKind.False => "False",
        _ => null,
    };
}
