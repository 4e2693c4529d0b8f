using System.Text.RegularExpressions;
using TorchSharp;

namespace MiniCpmDist.Substitutes.TorchSharp.Tests;

/// <summary>
/// Holds our public surface to <c>api-used.txt</c>: the lines of the listing of TorchSharp's API (what 0.106 and 0.107
/// share) that we offer. A member that is not in the listing would compile here and nowhere else.
/// </summary>
public partial class SurfaceTests
{
    private static readonly HashSet<string> s_listed = [.. File.ReadLines(ListPath).SelectMany(Normalise)];

    private static string ListPath => Path.Combine(AppContext.BaseDirectory, "api-used.txt");

    [Fact]
    public void Every_public_member_is_one_of_the_real_library()
    {
        var own = PublicSurface.Of(typeof(torch).Assembly).ToList();
        Assert.True(own.Count > 500, $"found {own.Count} members only: the walk over the assembly is broken");
        var unknown = own.Where(member => !s_listed.Contains(member)).Order(StringComparer.Ordinal).ToList();
        Assert.True(unknown.Count == 0, $"Not in api-used.txt:\n{string.Join("\n", unknown)}");
    }

    [Fact]
    public void The_list_names_nothing_that_we_do_not_offer()
    {
        var own = PublicSurface.Of(typeof(torch).Assembly).ToHashSet();
        var stale = File.ReadLines(ListPath).Where(line =>
            Normalise(line) is { Count: > 0 } forms && !forms.Any(own.Contains));
        Assert.Empty(stale);
    }

    // "X.m(int a) : public static T" becomes "X.m(int a) : T"; a property becomes one line per accessor.
    private static List<string> Normalise(string line)
    {
        if (line.Length == 0 || line[0] == '#')
            return [];
        if (line.Split(" : ", 2) is not [var left, var right])
            return [line];
        right = Constraints().Replace(Modifiers().Replace(right, ""), "");
        if (Accessors().Match(right) is not { Success: true } accessors)
            return right.Length == 0 ? [left] : [$"{left} : {right}"];
        var type = right[..accessors.Index].TrimEnd();
        return [.. accessors.Value.Trim(' ', '{', '}', ';').Split("; ").Select(accessor =>
            $"{left} : {type} {accessor}")];
    }

    [GeneratedRegex(@"^((public|protected|internal|static|virtual|abstract|override|sealed|readonly|field|new)( |$))*")]
    private static partial Regex Modifiers();

    [GeneratedRegex(@" where .*$")]
    private static partial Regex Constraints();

    [GeneratedRegex(@" \{ .* \}")]
    private static partial Regex Accessors();
}
