using System.Text.RegularExpressions;

namespace MiniCpmDist.Core.Evaluation;

/// <summary>
/// The final answer of a solution in LaTeX, and one spelling for answers that mean the same. The list of rewritings is
/// our own and short: it makes no two different numbers equal, and it does no algebra.
/// </summary>
public static partial class MathAnswer
{
    /// <summary>The content of the last <c>\boxed{...}</c>; null where there is none.</summary>
    public static string? LastBoxed(string text)
    {
        var at = Math.Max(
            text.LastIndexOf("\\boxed", StringComparison.Ordinal),
            text.LastIndexOf("\\fbox", StringComparison.Ordinal));
        var open = at < 0 ? -1 : text.IndexOf('{', at);
        if (open < 0)
            return null;
        var level = 0;
        for (var i = open; i < text.Length; i++)
        {
            level += text[i] switch { '{' => 1, '}' => -1, _ => 0 };
            if (level == 0)
                return text[(open + 1)..i];
        }
        return null;
    }

    /// <summary>What a generated solution gives as its answer: after "final answer is", else the last box.</summary>
    public static string? Final(string text) =>
        Sentence().Match(text) is { Success: true } found ? found.Groups[1].Value : LastBoxed(text);

    /// <summary>True where the two are the same answer in one spelling.</summary>
    public static bool AreEqual(string? found, string answer) =>
        found is not null && OneSpelling(found) == OneSpelling(answer);

    /// <summary>Without units, spacing and what LaTeX writes in several ways.</summary>
    public static string OneSpelling(string answer)
    {
        var text = answer.Trim().Trim('$').Trim();
        foreach (var (from, to) in s_words)
            text = text.Replace(from, to, StringComparison.Ordinal);
        text = Unit().Replace(text, "");
        text = TextBox().Replace(text, "$1");
        text = ShortFraction().Replace(text, @"\frac{$1}{$2}");
        text = ShortRoot().Replace(text, @"\sqrt{$1}");
        text = Thousands().Replace(text, "");
        text = Spaces().Replace(text, "").TrimEnd('.');
        text = LeadingPoint().Replace(text, "0.$1");
        if (PlainFraction().Match(text) is { Success: true } fraction)
            text = $@"\frac{{{fraction.Groups[1].Value}}}{{{fraction.Groups[2].Value}}}";
        return Equation().Match(text) is { Success: true } equation ? equation.Groups[1].Value : text;
    }

    private static readonly (string From, string To)[] s_words =
    [
        ("\\dfrac", "\\frac"), ("\\tfrac", "\\frac"), ("\\left", ""), ("\\right", ""), ("\\!", ""), ("\\,", ""),
        ("\\;", ""), ("\\ ", ""), ("\\$", ""), ("\\%", ""), ("%", ""), ("^{\\circ}", ""), ("^\\circ", ""),
    ];

    [GeneratedRegex(@"[Ff]inal [Aa]nswer is:?\s*\$?(.*?)\$?\s*(?:\. I hope|\.?\s*$|\.\s*\n)", RegexOptions.Singleline)]
    private static partial Regex Sentence();

    [GeneratedRegex(
        @"\\text\{\s*(?:cm|m|km|feet|inches|units|square units|degrees|dollars|cents|miles|hours|minutes)\s*\}"
        + @"(?:\^\{?[23]\}?)?")]
    private static partial Regex Unit();

    [GeneratedRegex(@"\\(?:text|textbf|mbox|mathrm)\{([^{}]*)\}")]
    private static partial Regex TextBox();

    [GeneratedRegex(@"\\frac\s*([0-9a-z])\s*([0-9a-z])")]
    private static partial Regex ShortFraction();

    [GeneratedRegex(@"\\sqrt\s*([0-9a-z])")]
    private static partial Regex ShortRoot();

    [GeneratedRegex(@"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))(?<![(\[].*)")]
    private static partial Regex Thousands();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"(?<![0-9])\.([0-9])")]
    private static partial Regex LeadingPoint();

    [GeneratedRegex(@"^(-?[0-9]+)/([0-9]+)\z")]
    private static partial Regex PlainFraction();

    [GeneratedRegex(@"^[a-zA-Z]=(.+)\z")]
    private static partial Regex Equation();
}
