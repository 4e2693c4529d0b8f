using System.Text.RegularExpressions;

namespace MiniCpmDist.Core.Configuration;

/// <summary>What a run may be called: its name is the name of its folder and a label in metrics.</summary>
public static partial class RunName
{
    /// <summary>The rule, for errors.</summary>
    public const string Expectation =
        "letters, digits, `.`, `_` and `-`, the first one no `.` or `-` (it names the run's folder)";

    public static bool IsValid(string name) => Pattern().IsMatch(name);

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.-]*\z")]
    private static partial Regex Pattern();
}
