using System.Text;
using System.Text.RegularExpressions;

namespace MiniCpmDist.Cli.Quickstart;

/// <summary>
/// A shell's file name pattern: <c>*</c>, <c>?</c>, <c>[a-z]</c> and <c>[!a-z]</c>, none of which matches a slash, or a
/// dot at the beginning of a name.
/// </summary>
internal sealed class ShellPattern
{
    private readonly Regex _expression;

    public ShellPattern(string pattern) => _expression = new Regex(
        $"^{string.Join('/', pattern.Split('/').Select(Name))}$", RegexOptions.CultureInvariant);

    /// <param name="path">A relative path with slashes.</param>
    public bool Matches(string path) => _expression.IsMatch(path);

    private static string Name(string pattern)
    {
        var expression = new StringBuilder(pattern is ['*' or '?' or '[', ..] ? @"(?!\.)" : "");
        for (var i = 0; i < pattern.Length; i++)
        {
            // A bracket right after the opening one is a member of the set.
            var end = pattern[i] == '[' && i + 2 < pattern.Length ? pattern.IndexOf(']', i + 2) : -1;
            if (end > 0)
            {
                var isNegated = pattern[i + 1] == '!';
                var members = pattern[(i + (isNegated ? 2 : 1))..end];
                var escaped = Regex.Replace(members, @"[\[\\^]", @"\$0");
                expression.Append(isNegated ? "[^/" : "[").Append(escaped).Append(']');
                i = end;
                continue;
            }
            expression.Append(pattern[i] switch
            {
                '*' => "[^/]*",
                '?' => "[^/]",
                var plain => Regex.Escape(plain.ToString()),
            });
        }
        return expression.ToString();
    }
}
