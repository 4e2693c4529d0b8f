namespace MiniCpmDist.Core.Corpus;

/// <summary>
/// Where a text may be cut for a tokenizer whose pieces never go on from a word into the space behind it: at a single
/// space between two printable ASCII characters. The space is left out: such a tokenizer puts one in front of each text.
/// </summary>
public static class TextCuts
{
    /// <summary>The last such space before <paramref name="bytes"/>, else the first one behind it; -1 for none.</summary>
    /// <param name="utf8">A text.</param>
    /// <param name="bytes">Where the cut would be best.</param>
    public static int Find(ReadOnlySpan<byte> utf8, int bytes)
    {
        for (var at = Math.Min(bytes, utf8.Length - 1); at > 0; at--)
        {
            if (IsCut(utf8, at))
                return at;
        }
        for (var at = bytes + 1; at < utf8.Length; at++)
        {
            if (IsCut(utf8, at))
                return at;
        }
        return -1;
    }

    private static bool IsCut(ReadOnlySpan<byte> utf8, int at) =>
        utf8[at] == ' ' && at + 1 < utf8.Length && IsPrintable(utf8[at - 1]) && IsPrintable(utf8[at + 1]);

    private static bool IsPrintable(byte value) => value is > (byte)' ' and < 0x7F;
}
