using System.Text.RegularExpressions;

namespace MiniCpmDist.Architecture.Tests;

/// <summary><c>docs/trust.md</c> says what shows each promise; a test of another name shows nothing.</summary>
public sealed partial class TrustTests
{
    private const string File = "docs/trust.md";

    [Fact]
    public void Every_row_names_a_test_or_a_command_that_is_there()
    {
        var tests = Repository.TextFiles()
            .Where(file => file.StartsWith("tests/", StringComparison.Ordinal)
                && file.EndsWith("Tests.cs", StringComparison.Ordinal))
            .SelectMany(Repository.Lines)
            .Select(line => TestMethod().Match(line).Groups[1].Value)
            .ToHashSet(StringComparer.Ordinal);
        var rows = Repository.Lines(File)
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1).ToArray();

        Assert.NotEmpty(rows);
        Violations.RequireNone(
            from row in rows
            let shown = Quoted().Matches(row.Split('|')[3]).Select(match => match.Groups[1].Value).ToArray()
            let missing = shown.Where(name => !tests.Contains(name) && !IsCommand(name)).ToArray()
            where shown.Length == 0 || missing.Length > 0
            select $"{row.Split('|')[1].Trim()}: {(shown.Length == 0 ? "nothing" : string.Join(", ", missing))}");
    }

    private static bool IsCommand(string text) =>
        text.StartsWith("tests/", StringComparison.Ordinal)
        && System.IO.File.Exists(Path.Combine(Repository.Root, text.Split(' ')[0]));

    [GeneratedRegex(@"^    public (?:async )?(?:void|Task) (\w+)\(")]
    private static partial Regex TestMethod();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}
