using System.Text.RegularExpressions;

namespace MiniCpmDist.Architecture.Tests;

public sealed partial class HouseRuleTests
{
    private const int LongestFile = 500;
    private const int WidestLine = 120;
    private const int WhereReasonsStand = 12;
    private static readonly string[] s_codeSuffixes =
        [".cs", ".c", ".cpp", ".cu", ".h", ".js", ".py", ".sh", ".proto", ""];

    [Fact]
    public void No_file_of_code_is_longer_than_500_lines_unless_it_says_at_the_top_why() =>
        Violations.RequireNone(
            from file in Repository.TextFiles()
            where IsCode(file)
            let lines = Repository.Lines(file)
            where lines.Length > LongestFile
            where !lines.Take(WhereReasonsStand).Any(line => line.Contains("Long because", StringComparison.Ordinal))
            select $"{file}: {lines.Length} lines");

    [Fact]
    public void No_line_of_code_is_wider_than_120_columns() =>
        Violations.RequireNone(
            from file in Repository.TextFiles()
            where IsCode(file)
            from line in Repository.Lines(file).Index()
            where line.Item.Length > WidestLine
            select $"{file}:{line.Index + 1}: {line.Item.Length} columns");

    [Fact]
    public void No_file_names_a_folder_of_somebodys_machine() =>
        Violations.RequireNone(
            from file in Repository.TextFiles()
            where file != "tests/MiniCpmDist.Architecture.Tests/HouseRuleTests.cs"
            from line in Repository.Lines(file).Index()
            where MachinePath().IsMatch(line.Item)
            select $"{file}:{line.Index + 1}: {line.Item.Trim()}");

    [Fact]
    public void No_type_is_named_after_having_no_duty() =>
        Violations.RequireNone(
            from project in Repository.Projects.Values
            from type in AssemblyFacts.Of(project).DefinedTypes
            where DutylessName().IsMatch(type)
            select $"{project.Name}: {type}");

    [Fact]
    public void A_file_holds_at_most_one_public_type_with_a_body() =>
        Violations.RequireNone(
            from file in Repository.TextFiles()
            where file.StartsWith("src/MiniCpmDist.", StringComparison.Ordinal)
                && file.EndsWith(".cs", StringComparison.Ordinal)
            let types = Repository.Lines(file).Count(line => PublicType().IsMatch(line))
            where types > 1
            select $"{file}: {types} public types");

    [Fact]
    public void Tests_wait_for_what_they_wait_for_and_not_for_a_while() =>
        Violations.RequireNone(
            from file in Repository.TextFiles()
            where file.StartsWith("tests/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal)
            where !file.StartsWith("tests/MiniCpmDist.Architecture.Tests/", StringComparison.Ordinal)
            from line in Repository.Lines(file).Index()
            where SleepingOrUnseeded().IsMatch(line.Item)
            select $"{file}:{line.Index + 1}: {line.Item.Trim()}");

    private static bool IsCode(string file) =>
        (s_codeSuffixes.Contains(Path.GetExtension(file)) && file != "LICENSE")
        || Path.GetFileName(file) == "CMakeLists.txt";

    [GeneratedRegex(@"(?<![\w.$}])/(?:work|home/\w|root|Users)/|[A-Z]:\\Users")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"^\w*(?:Manager|Helper|Helpers|Util|Utils|Utilities|Common)$")]
    private static partial Regex DutylessName();

    [GeneratedRegex(
        @"^public (?:(?:static|sealed|abstract|partial|readonly|ref|unsafe) )*"
        + @"(?:class|record|struct|interface) .*[^;]$")]
    private static partial Regex PublicType();

    [GeneratedRegex(@"Thread\.Sleep|DateTime(?:Offset)?\.Now|Random\.Shared|new Random\(\)")]
    private static partial Regex SleepingOrUnseeded();
}
