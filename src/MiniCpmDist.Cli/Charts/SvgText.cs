using System.Globalization;
using System.Text;

namespace MiniCpmDist.Cli.Charts;

/// <summary>Numbers and words as SVG takes them.</summary>
internal static class SvgText
{
    /// <summary>
    /// Advance of an average letter of a sans-serif face, as a share of the font size; a little on the wide side.
    /// </summary>
    private const double AverageAdvance = 0.58;

    /// <summary>A coordinate, to the tenth of a pixel.</summary>
    public static string Number(double value) =>
        (Math.Round(value, 1) + 0.0).ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>
    /// An estimate of a text's width in pixels; the viewer picks the face, so the exact width is not known.
    /// </summary>
    public static double Width(string text, double fontSize) => text.Length * fontSize * AverageAdvance;

    /// <summary>Text for an element or attribute: markup escaped, characters that XML 1.0 forbids replaced.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            escaped.Append(rune.Value switch
            {
                '<' => "&lt;",
                '>' => "&gt;",
                '&' => "&amp;",
                '"' => "&quot;",
                < ' ' or 0xFFFE or 0xFFFF => "\uFFFD",
                _ => rune.ToString(),
            });
        }
        return escaped.ToString();
    }

    /// <summary>
    /// Shortens a text to so many characters; the middle is left out, because names of runs differ at their ends.
    /// </summary>
    public static string Shorten(string text, int length) => text.Length <= length
        ? text
        : string.Concat(text.AsSpan(0, length / 2), "…", text.AsSpan(text.Length - (length - 1 - length / 2)));
}
