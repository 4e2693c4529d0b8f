using System.Globalization;
using System.Text.RegularExpressions;

namespace MiniCpmDist.Core.Evaluation;

/// <summary>What a task file can do to a value, by name: a closed set, so that a task file holds no program.</summary>
public static partial class TaskFilter
{
    private const int Letters = 26;

    private static readonly Dictionary<string, Func<string, string>> s_filters = new()
    {
        ["trim"] = text => text.Trim(),
        ["trim_end"] = text => text.TrimEnd(),
        ["capitalized"] = Capitalized,
        ["wikihow"] = WithoutWikiHowTags,
        ["boxed"] = text => MathAnswer.LastBoxed(text) ?? "",
        ["after_hashes"] = text => text[(text.LastIndexOf("####", StringComparison.Ordinal) is >= 0 and var at
            ? at + 4
            : text.Length)..].Trim(),
        ["spaced"] = text => text.Replace('_', ' '),
        ["lettered"] = Lettered,
    };

    /// <summary>The names, for task files and problems.</summary>
    public static IReadOnlyCollection<string> Names => s_filters.Keys;

    /// <summary>The filter of a name; null where there is none.</summary>
    public static Func<string, string>? Find(string name) => s_filters.GetValueOrDefault(name);

    /// <summary>As Python's <c>capitalize</c>: the first letter large, all others small.</summary>
    private static string Capitalized(string text) =>
        text.Length == 0 ? text : text[..1].ToUpperInvariant() + text[1..].ToLowerInvariant();

    /// <summary>
    /// The letter of an option's number, from 0. Hugging Face's data sets have numbers where the sets' own files have
    /// letters.
    /// </summary>
    private static string Lettered(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < Letters
            ? ((char)('A' + number)).ToString()
            : text;

    /// <summary>HellaSwag's texts from WikiHow have titles and tags in brackets, which lm-evaluation-harness removes.
    /// </summary>
    private static string WithoutWikiHowTags(string text) =>
        Tag().Replace(text.Trim().Replace(" [title]", ". ", StringComparison.Ordinal), "")
            .Replace("  ", " ", StringComparison.Ordinal);

    [GeneratedRegex(@"\[.*?\]")]
    private static partial Regex Tag();
}
