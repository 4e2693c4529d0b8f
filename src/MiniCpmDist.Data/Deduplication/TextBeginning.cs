using System.Text;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>The beginning of a text, for people to look at.</summary>
internal static class TextBeginning
{
    private const string More = "...";

    /// <summary>Whole characters of at most so many bytes, and three dots where something is left out.</summary>
    public static string Of(ReadOnlySpan<byte> utf8, int most)
    {
        if (utf8.Length <= most)
            return Encoding.UTF8.GetString(utf8);
        while (most > 0 && (utf8[most] & 0xC0) == 0x80)    // in the middle of a character
            most--;
        return Encoding.UTF8.GetString(utf8[..most]) + More;
    }
}
