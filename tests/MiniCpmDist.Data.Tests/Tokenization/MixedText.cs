using System.Text;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Data.Tests.Tokenization;

/// <summary>What text can be: languages, code, emoji, control characters, no UTF-8 at all, endless lines.</summary>
public static class MixedText
{
    // Lines of more than a million characters are TextEncoderTests'.
    private const int LongLine = 1 << 18;

    // SentencePiece joins neighbours that a model without byte fallback does not know, in time that grows with the
    // square.
    private const int LongUnknownLine = 1 << 16;

    private static readonly string[] s_chinese =
    [
        "我们", "训练", "一个", "小", "模型", "学习率", "保持", "不变", "然后", "下降", "数据", "的", "。", "，", "、", "损失",
    ];

    private static readonly string[] s_code =
    [
        "def f(x):", "\treturn x[i] += 1;", "    if (a != b) {", "}", "for (int i = 0; i < n; i++)",
        "\t\tprintf(\"%d\\n\", i);", "        self.value = value  # comment", "#include <stdio.h>", "import os.path",
        "// note: 12 -> 0x3F",
    ];

    /// <summary>Sentences to learn from: English, Chinese and code; the same every time.</summary>
    public static IEnumerable<string> Sentences(int count)
    {
        var random = new Random(7);
        var english = SomeText.Documents(count).SelectMany(text => text.Split('\n')).Where(line => line.Length > 0);
        foreach (var line in english.Take(count))
        {
            yield return line;
            yield return string.Concat(Enumerable.Range(0, 12).Select(_ => s_chinese[random.Next(s_chinese.Length)]));
            yield return s_code[random.Next(s_code.Length)];
        }
    }

    /// <summary>Chinese without a space and without a '\n', with some characters that no model has seen.</summary>
    public static string Chinese(int characters, int seed)
    {
        const string Rare = "龘靐齉\u3000\t\u0001éх";
        var random = new Random(seed);
        var text = new StringBuilder(characters + 4);
        while (text.Length < characters)
        {
            if (random.Next(20) == 0)
                text.Append(Rare[random.Next(Rare.Length)], random.Next(1, 3));
            else
                text.Append(s_chinese[random.Next(s_chinese.Length)]);
        }
        return text.ToString();
    }

    /// <summary>Lines by what they show. None holds a '\n', since SentencePiece's programs read line by line.</summary>
    public static IReadOnlyList<(string Name, byte[] Line)> Lines { get; } =
    [
        .. Words.Select(line => (line.Name, Encoding.UTF8.GetBytes(line.Line))),
        .. NoUtf8,
        ("256 KB of English", Long("the model learns tokens, from text; ")),
        ("256 KB of Chinese", Long("我们训练一个小模型。")),
        ("256 KB of one letter", Long("a")),
        ("256 KB of spaces", Long(" ")),
        ("64 KB of emoji", Long("👩‍👩‍👧‍👦", LongUnknownLine)),
        ("64 KB of no UTF-8", [.. Enumerable.Repeat((byte)0xE4, LongUnknownLine)]),
    ];

    private static IEnumerable<(string Name, string Line)> Words =>
    [
        ("English", "The learning rate stays; then it decays. “Don't”, she said: it's 3.14% of 1,000."),
        ("Chinese", "我们训练一个小模型，学习率保持不变，然后下降。龘靐齉"),
        ("English and Chinese", "MiniCPM 小钢炮 trains 2B 参数, really"),
        ("other scripts", "Ελληνικά, кириллица, العربية, עברית, हिन्दी, ไทย, 한국어, かな"),
        ("code with tabs", "\tif (a[i] != b->c) {\t// 0x3F\treturn \"\\n\"; }"),
        ("code with spaces", "        self.value = lambda x: {**x, 'k':  [1, 2,   3]}"),
        ("emoji", "🦜 and 🇳🇱, 👍🏽, ☎️"),
        ("emoji joined by ZWJ", "👩‍👩‍👧‍👦 👩🏽‍🚀🏴‍☠️"),
        ("control characters", string.Concat(ControlCharacters) + "\u007F\u0085"),
        ("carriage return at the end", "the end\r"),
        ("characters without a width", "a\u200Bb\u200Dc\uFEFFd\u00ADe\u2060f\u202Eg"),
        ("characters that normalization changes", "ﬁ Ａ１ ｶﾞ e\u0301 é ① ½ \u00A0 \u3000 ™ Å"),
        ("what the model itself writes", "▁the ▁▁ <s> </s> <unk> <0x41> \uFFFD"),
        ("the last characters of Unicode", "\U0010FFFF\uFFFE\uFFFF\U0001F9FF"),
        ("an empty line", ""),
        ("one space", " "),
        ("a blank line", " \t  \u3000 "),
        ("spaces around", "   the  model   "),
    ];

    private static IEnumerable<char> ControlCharacters =>
        Enumerable.Range(0, 32).Where(c => c != '\n').Select(c => (char)c);

    private static IEnumerable<(string Name, byte[] Line)> NoUtf8 =>
    [
        ("ISO 8859-1", [.. "caf"u8, 0xE9, .. " au lait"u8]),
        ("a lone continuation byte", [.. "a"u8, 0x80, .. "b"u8]),
        ("a character cut short", [.. "小钢炮"u8[..8], .. " the"u8]),
        ("a character cut short at the end", [.. "the 🦜"u8[..7]]),
        ("overlong forms", [0xC0, 0xAF, 0x20, 0xE0, 0x80, 0xAF]),
        ("half of a surrogate pair", [0xED, 0xA0, 0x80, .. "x"u8]),
        ("beyond Unicode", [0xF4, 0x90, 0x80, 0x80, 0x20, 0xF5, 0xFF, 0xFE]),
        ("all bytes", [.. Enumerable.Range(0, 256).Where(c => c != '\n').Select(c => (byte)c)]),
    ];

    private static byte[] Long(string text, int bytes = LongLine) =>
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(text, bytes / Encoding.UTF8.GetByteCount(text) + 1)));
}
