using System.Text.RegularExpressions;

namespace MiniCpmDist.Core.Values;

/// <summary>What a source may be called: its name is a key in run files and metrics, and a label.</summary>
public static partial class SourceName
{
    /// <summary>The rule, for errors.</summary>
    public const string Expectation = "a source's name of up to 200 letters, digits, `_` and `-`, the first one no `-`";

    private const string Nameless = "data";

    public static bool IsValid(string name) =>
        name.Length <= RunName.Longest && Pattern().IsMatch(name);

    /// <summary>The name of a source that has none of its own: its folder's, where that can be a name.</summary>
    public static string OfFolder(string path)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path)).Replace('.', '_');
        return IsValid(name) ? name : Nameless;
    }

    // No dots: `--set data.sources.NAME.stable=0.5` takes a path apart at them.
    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_-]*\z")]
    private static partial Regex Pattern();
}
