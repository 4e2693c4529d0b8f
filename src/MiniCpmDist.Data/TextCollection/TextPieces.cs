namespace MiniCpmDist.Data.TextCollection;

/// <summary>Cuts long texts into documents, at blank lines.</summary>
internal static class TextPieces
{
    /// <summary>Characters; what is shorter is an index, a stub or "moved to", and no document.</summary>
    public const int ShortestText = 200;

    private const int DocumentCharacters = 16 << 10;

    /// <summary>
    /// The text in pieces of 16 Ki characters or a little more; code up to twice that. The tail goes with the piece
    /// before it where it would be too short alone, and a text without a blank line stays whole.
    /// </summary>
    public static IEnumerable<string> Of(string text, TextKind kind)
    {
        var start = 0;
        while (text.Length - start > DocumentCharacters + ShortestText)
        {
            var end = CutFrom(text, start + DocumentCharacters, kind);
            if (end < 0 || text.Length - end < ShortestText)
                break;
            yield return text[start..end].TrimEnd('\n');
            // Only the blank lines go: the white space before the next word may be its indentation.
            for (start = end; text[start] == '\n';)
                start++;
        }
        yield return text[start..];
    }

    // Code is cut where something begins at the margin, if that is not far: a function is worth more than its halves.
    private static int CutFrom(string text, int from, TextKind kind)
    {
        var first = BlankLine(text, from);
        if (kind == TextKind.Prose)
            return first;
        var last = from + DocumentCharacters;
        for (var blank = first; blank >= 0 && blank < last && text.Length - blank > ShortestText;)
        {
            if (!char.IsWhiteSpace(text[blank + 2]))
                return blank;
            blank = BlankLine(text, blank + 1);
        }
        return last < text.Length ? first : -1;
    }

    private static int BlankLine(string text, int from) => text.IndexOf("\n\n", from, StringComparison.Ordinal);
}
