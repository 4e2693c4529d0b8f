using System.Text.RegularExpressions;

namespace MiniCpmDist.Core.Values;

/// <summary>What a run may be called: its name is the name of its folder and a label in metrics.</summary>
public static partial class RunName
{
    /// <summary>
    /// The most characters of any name: file systems take 255 bytes, and a run's name gets endings added to it.
    /// </summary>
    public const int Longest = 200;

    /// <summary>The rule, for errors.</summary>
    public const string Expectation =
        "up to 200 letters, digits, `.`, `_` and `-`, the first one no `.` or `-` (it names the run's folder)";

    public static bool IsValid(string name) => name.Length <= Longest && Pattern().IsMatch(name);

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.-]*\z")]
    private static partial Regex Pattern();
}
