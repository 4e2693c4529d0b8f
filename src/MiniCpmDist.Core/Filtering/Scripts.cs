using System.Text;

namespace MiniCpmDist.Core.Filtering;

/// <summary>
/// Systems of writing, by the blocks of Unicode that hold nearly all letters of today's texts. They are written out
/// here, so that no version of a library's tables decides what is kept.
/// </summary>
internal static class Scripts
{
    private static readonly (string Name, (int First, int Last)[] Blocks)[] s_scripts =
    [
        ("latin", [(0x41, 0x5A), (0x61, 0x7A), (0xAA, 0xAA), (0xBA, 0xBA), (0xC0, 0x24F), (0x1E00, 0x1EFF)]),
        ("greek", [(0x370, 0x3FF), (0x1F00, 0x1FFF)]),
        ("cyrillic", [(0x400, 0x52F)]),
        ("hebrew", [(0x590, 0x5FF)]),
        ("arabic", [(0x600, 0x6FF), (0x750, 0x77F), (0xFB50, 0xFDFF), (0xFE70, 0xFEFF)]),
        ("devanagari", [(0x900, 0x97F)]),
        ("thai", [(0xE00, 0xE7F)]),
        ("han", [(0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF)]),
        ("kana", [(0x3040, 0x30FF), (0x31F0, 0x31FF)]),
        ("hangul", [(0x1100, 0x11FF), (0xAC00, 0xD7AF)]),
    ];

    /// <summary>What a pipeline may name.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_scripts.Select(script => script.Name)];

    /// <summary>True for a character that is a word by itself.</summary>
    public static bool StandsAlone(Rune rune) =>
        rune.Value >= 0x3040 && (IsOf(rune, "han") || IsOf(rune, "kana") || IsOf(rune, "hangul"));

    /// <summary>The share of a text's letters that are of some scripts; 0 for a text without letters.</summary>
    public static double Share(string text, IReadOnlyList<string> names)
    {
        var blocks = s_scripts
            .Where(script => names.Contains(script.Name))
            .SelectMany(script => script.Blocks)
            .ToArray();
        var (letters, found) = (0L, 0L);
        foreach (var rune in text.EnumerateRunes())
        {
            if (!Rune.IsLetter(rune))
                continue;
            letters++;
            foreach (var (first, last) in blocks)
                found += rune.Value >= first && rune.Value <= last ? 1 : 0;
        }
        return letters == 0 ? 0 : (double)found / letters;
    }

    private static bool IsOf(Rune rune, string name)
    {
        foreach (var (known, blocks) in s_scripts)
        {
            if (known != name)
                continue;
            foreach (var (first, last) in blocks)
            {
                if (rune.Value >= first && rune.Value <= last)
                    return true;
            }
        }
        return false;
    }
}
