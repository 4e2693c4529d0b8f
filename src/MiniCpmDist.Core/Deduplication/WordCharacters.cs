using System.Globalization;
using System.Text;

namespace MiniCpmDist.Core.Deduplication;

/// <summary>
/// Which characters make words. Letters, digits and marks do, in lower case; everything else separates. In scripts that
/// are written without spaces each character is a word of its own.
/// </summary>
internal static class WordCharacters
{
    private const int AsciiCount = 128;
    private static readonly byte[] s_ascii = [.. Enumerable.Range(0, AsciiCount).Select(AsciiOf)];
    private static readonly CharacterKind[] s_kinds = [.. Enumerable.Range(0, char.MaxValue + 1).Select(OfPlane0)];
    private static readonly char[] s_lower =
        [.. Enumerable.Range(0, char.MaxValue + 1).Select(value => char.ToLowerInvariant((char)value))];

    /// <summary>By ASCII character, the byte that it puts into a word; 0 for a separator.</summary>
    public static ReadOnlySpan<byte> Ascii => s_ascii;

    public static CharacterKind KindOf(Rune rune) => rune.IsBmp ? s_kinds[rune.Value] : Classify(rune);

    public static Rune ToLower(Rune rune) =>
        rune.IsBmp && !char.IsSurrogate(s_lower[rune.Value]) ? new Rune(s_lower[rune.Value]) : rune;

    private static byte AsciiOf(int value) =>
        char.IsAsciiLetterOrDigit((char)value) ? (byte)char.ToLowerInvariant((char)value) : (byte)0;

    private static CharacterKind OfPlane0(int value) =>
        Rune.TryCreate((char)value, out var rune) ? Classify(rune) : CharacterKind.Separator;

    private static CharacterKind Classify(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark
            or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark
            or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber =>
            IsWithoutSpaces(rune.Value) ? CharacterKind.WholeWord : CharacterKind.PartOfWord,
        _ => CharacterKind.Separator,
    };

    // Thai, Lao, Myanmar, Khmer; kana and its extensions; Han. Korean has spaces.
    private static bool IsWithoutSpaces(int value) => value is
        (>= 0x0E00 and <= 0x0EFF) or (>= 0x1000 and <= 0x109F) or (>= 0x1780 and <= 0x17FF)
        or (>= 0x3005 and <= 0x3007) or (>= 0x3041 and <= 0x30FF) or (>= 0x31F0 and <= 0x31FF)
        or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF)
        or (>= 0xFF66 and <= 0xFF9D) or (>= 0x20000 and <= 0x3FFFF);
}
