using System.Text;

namespace MiniCpmDist.Core.Filtering;

/// <summary>
/// A text with its words, lines and paragraphs, each found once for all rules that ask for them.
/// </summary>
/// <param name="text">The text.</param>
public sealed class TextFacts(string text)
{
    private List<Range>? _words;
    private List<Range>? _lines;
    private List<Range>? _paragraphs;

    public string Text => text;

    /// <summary>
    /// The words: letters and digits side by side, with an apostrophe or hyphen inside. A Chinese, Japanese or Korean
    /// character is a word of its own, because such texts have no spaces.
    /// </summary>
    public IReadOnlyList<Range> Words => _words ??= FindWords(text);

    /// <summary>The lines that hold more than white space, without the white space around them.</summary>
    public IReadOnlyList<Range> Lines => _lines ??= Pieces("\n");

    /// <summary>What empty lines divide, without the white space around it.</summary>
    public IReadOnlyList<Range> Paragraphs => _paragraphs ??= Pieces("\n\n");

    public ReadOnlySpan<char> Of(Range range) => text.AsSpan(range);

    /// <summary>Characters of a stretch: code points of Unicode.</summary>
    public int Characters(Range range)
    {
        var count = 0;
        foreach (var unit in text.AsSpan(range))
            count += char.IsLowSurrogate(unit) ? 0 : 1;
        return count;
    }

    private List<Range> Pieces(string separator)
    {
        var pieces = new List<Range>();
        foreach (var range in text.AsSpan().Split(separator))
        {
            var (start, length) = range.GetOffsetAndLength(text.Length);
            var piece = text.AsSpan(start, length);
            var before = length - piece.TrimStart().Length;
            var kept = piece.Trim().Length;
            if (kept > 0)
                pieces.Add((start + before)..(start + before + kept));
        }
        return pieces;
    }

    private static List<Range> FindWords(string text)
    {
        var words = new List<Range>();
        var start = -1;
        for (var at = 0; at <= text.Length;)
        {
            var status = Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var length);
            var isEnd = status != System.Buffers.OperationStatus.Done;
            var isAlone = !isEnd && Scripts.StandsAlone(rune);
            var isInside = !isEnd && !isAlone
                && (Rune.IsLetterOrDigit(rune) || (start >= 0 && Joins(text, at, length)));
            if (start >= 0 && !isInside)
            {
                words.Add(start..at);
                start = -1;
            }
            if (isAlone)
                words.Add(at..(at + length));
            else if (isInside && start < 0)
                start = at;
            at += Math.Max(1, length);
        }
        return words;
    }

    // As in don't, state-of-the-art and 3.5.
    private static bool Joins(string text, int at, int length) =>
        text[at] is '\'' or '’' or '-' or '.' or '_'
        && at + length < text.Length && char.IsLetterOrDigit(text[at + length]);
}
