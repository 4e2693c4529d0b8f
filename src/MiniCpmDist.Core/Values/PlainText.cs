using System.Globalization;
using System.Text;

namespace MiniCpmDist.Core.Values;

/// <summary>
/// Makes text that others have written safe for a terminal or a message. Characters that would move the cursor, change
/// colors, or turn the order of letters around are spelled out, such as <c>\u001b</c>. In JSON, this spelling means the
/// same characters.
/// </summary>
public static class PlainText
{
    /// <summary>One line: its end is spelled out as well.</summary>
    public static string Of(string text) => Spell(text, keep: "");

    /// <summary>Several lines, with tabs.</summary>
    public static string Lines(string text) => Spell(text, keep: "\n\t");

    private static string Spell(string text, string keep)
    {
        var first = 0;
        while (first < text.Length && IsPlain(text, first, keep))
            first++;
        if (first == text.Length)
            return text;
        var plain = new StringBuilder(text, 0, first, text.Length + 16);
        for (var i = first; i < text.Length; i++)
        {
            if (IsPlain(text, i, keep))
                plain.Append(text[i]);
            else
                plain.Append("\\u").Append(((int)text[i]).ToString("x4", CultureInfo.InvariantCulture));
        }
        return plain.ToString();
    }

    private static bool IsPlain(string text, int at, string keep) => char.GetUnicodeCategory(text[at]) switch
    {
        UnicodeCategory.Control => keep.Contains(text[at]),
        UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
        UnicodeCategory.Format => !IsDirection(text[at]),
        UnicodeCategory.Surrogate =>
            (at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]))
            || (at > 0 && char.IsSurrogatePair(text[at - 1], text[at])),
        _ => true,
    };

    // Joiners belong to the letters of some scripts; these only change what the reader sees.
    private static bool IsDirection(char letter) =>
        letter is '\u200e' or '\u200f' or '\u061c' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
