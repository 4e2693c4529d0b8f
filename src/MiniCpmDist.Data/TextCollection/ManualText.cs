using System.Text;
using System.Text.RegularExpressions;

namespace MiniCpmDist.Data.TextCollection;

/// <summary>
/// The text of a manual page written with the man macros: headings, paragraphs, words. Pages in mdoc, where every word
/// is a macro, are not read; nor are files that only have a manual page's name.
/// </summary>
internal static partial class ManualText
{
    /// <summary>True for pages that are written with the man macros, whatever their characters are.</summary>
    public static bool IsManual(string roff) => TitleLine().IsMatch(roff);

    public static string Of(string roff)
    {
        var text = new StringBuilder(roff.Length);
        var ignoring = false;
        foreach (var line in roff.AsSpan().EnumerateLines())
        {
            var trimmed = line.TrimEnd();
            if (ignoring)
                ignoring = !trimmed.SequenceEqual("..");
            else if (trimmed.StartsWith(".de") || trimmed.StartsWith(".ig"))
                ignoring = true;
            else if (trimmed.Length > 0 && trimmed[0] is '.' or '\'')
                Macro(text, trimmed[1..].Trim().ToString());
            else
                text.Append(Plain(trimmed.ToString())).Append('\n');
        }
        return text.ToString();
    }

    private static void Macro(StringBuilder text, string line)
    {
        var space = line.AsSpan().IndexOfAny(' ', '\t');
        var (name, rest) = space < 0 ? (line, "") : (line[..space], line[(space + 1)..]);
        switch (name)
        {
            case "SH" or "SS":
                text.Append("\n\n").AppendJoin(' ', Arguments(rest)).Append("\n\n");
                break;
            case "PP" or "P" or "LP" or "sp" or "IP" or "TP" or "HP":
                text.Append("\n\n");
                if (name == "IP")
                    text.AppendJoin(' ', Arguments(rest).Take(1)).Append('\n');
                break;
            case "B" or "I" or "SM" or "SB":
                text.AppendJoin(' ', Arguments(rest)).Append('\n');
                break;
            case "BR" or "RB" or "IR" or "RI" or "BI" or "IB":
                // Fonts alternate within one word: the arguments belong together.
                text.Append(string.Concat(Arguments(rest))).Append('\n');
                break;
            case "br":
                text.Append('\n');
                break;
        }
    }

    private static IEnumerable<string> Arguments(string rest) =>
        Argument().Matches(rest).Select(match => Plain(match.Groups[1].Success ? match.Groups[1].Value : match.Value));

    private static string Plain(string text)
    {
        var comment = text.IndexOf("\\\"", StringComparison.Ordinal);
        var plain = comment < 0 ? text : text[..comment];
        plain = Escape().Replace(plain, static match => match.Value switch
        {
            "\\-" => "-",
            "\\ " or "\\~" => " ",
            "\\e" or "\\(rs" or "\\\\" => "\\",
            "\\(aq" => "'",
            "\\(dq" => "\"",
            "\\(bu" => "-",
            "\\(em" or "\\(en" => " - ",
            "\\(lq" or "\\(rq" => "\"",
            "\\(co" or "\\(cq" or "\\(oq" => "'",
            "\\." => ".",
            "\\'" => "'",
            "\\`" => "`",
            _ => "",
        });
        return plain;
    }

    [GeneratedRegex(@"^\.TH\b", RegexOptions.Multiline)]
    private static partial Regex TitleLine();

    [GeneratedRegex("\"([^\"]*)\"|\\S+")]
    private static partial Regex Argument();

    // Font changes, sizes, named characters, and all escapes of one character.
    [GeneratedRegex(@"\\(?:f(?:\[[^\]]*\]|\(..|.)|s[+-]?\d+|m\[[^\]]*\]|\((?:..)|\[[^\]]*\]|.)")]
    private static partial Regex Escape();
}
