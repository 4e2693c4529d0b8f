namespace MiniCpmDist.Core.Corpus;

/// <summary>
/// Finds the places where a text may be cut for a tokenizer whose pieces never continue from a word into the space
/// after it. Such a place is a single space between two printable ASCII characters. The space is left out: such a
/// tokenizer puts one in front of each text.
/// </summary>
public static class TextCuts
{
    /// <summary>The place of the first such space; -1 for none.</summary>
    public static int First(ReadOnlySpan<byte> utf8)
    {
        for (var from = 1; from < utf8.Length;)
        {
            var next = utf8[from..].IndexOf((byte)' ');
            if (next < 0)
                return -1;
            if (IsCut(utf8, from + next))
                return from + next;
            from += next + 1;
        }
        return -1;
    }

    private static bool IsCut(ReadOnlySpan<byte> utf8, int at) =>
        utf8[at] == ' ' && at + 1 < utf8.Length && IsPrintable(utf8[at - 1]) && IsPrintable(utf8[at + 1]);

    private static bool IsPrintable(byte value) => value is > (byte)' ' and < 0x7F;
}
