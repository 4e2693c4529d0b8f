using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Text;

namespace MiniCpmDist.Data.TextCollection;

/// <summary>
/// Bytes to text by what the file itself says: its byte order mark, the charset of an HTML page, the encoding of an XML
/// declaration, a coding line (PEP 263, Emacs, Vim, roff's preconv). What is UTF-8 needs to say nothing. Nothing is
/// guessed: nearly any bytes are some text in ISO 8859-1, and a model learns to write it.
/// </summary>
internal static partial class CharacterSets
{
    private const int DeclaredWithin = 4096;
    private static readonly UTF8Encoding s_utf8 = new(false, throwOnInvalidBytes: true);

    // Longer marks come first, because the mark of UTF-32 begins with that of UTF-16.
    private static readonly Encoding[] s_marked =
    [
        new UTF32Encoding(false, true, true), new UTF32Encoding(true, true, true), new UTF8Encoding(true, true),
        new UnicodeEncoding(false, true, true), new UnicodeEncoding(true, true, true),
    ];

    // .NET's code pages return this for bytes that they have no character for, instead of refusing them.
    private static readonly SearchValues<char> s_noCharacters = SearchValues.Create(
        [
            .. Enumerable.Range(0x80, 0x20).Where(c => c != 0x85).Concat(Enumerable.Range(0xF8F0, 15))
                .Select(c => (char)c),
        ]);

    // AngleSharp's table of labels asks for code pages when it is made, so they have to be registered before.
    static CharacterSets() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>The text, or null and why there is none.</summary>
    public static string? Decode(byte[] bytes, bool isHtml, out string reason)
    {
        reason = "";
        var marked = Array.Find(s_marked, encoding => bytes.AsSpan().StartsWith(encoding.Preamble));
        if (marked is not null)
            return Strictly(marked, bytes.AsSpan(marked.Preamble.Length), out reason);
        if (bytes.Contains((byte)0))
        {
            reason = "it holds zero bytes: it is no text, or UTF-16 without a byte order mark";
            return null;
        }
        var label = Label(bytes, isHtml);
        var declared = label is null ? null : Of(label, isHtml);
        if (declared is not null && Switching().IsMatch(declared.WebName))
            return OfCodePage(declared, bytes, out reason);
        if (Strictly(s_utf8, bytes, out reason) is { } text)
            return text;
        if (label is null)
            reason = "it is not UTF-8 and says nothing of another encoding";
        else if (declared is null)
            reason = $"it declares the encoding {label}, which is not known";
        else
            return OfCodePage(declared, bytes, out reason);
        return null;
    }

    private static string? OfCodePage(Encoding encoding, ReadOnlySpan<byte> bytes, out string reason) =>
        Strictly(encoding, bytes, out reason) is { } text && text.AsSpan().IndexOfAny(s_noCharacters) < 0 ? text : null;

    private static string? Strictly(Encoding encoding, ReadOnlySpan<byte> bytes, out string reason)
    {
        reason = $"it is not valid {encoding.WebName.ToUpperInvariant()}";
        try
        {
            return encoding.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static string? Label(ReadOnlySpan<byte> bytes, bool isHtml)
    {
        var start = Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, DeclaredWithin)]);
        var match = XmlDeclaration().Match(start);
        if (!match.Success && isHtml)
            match = MetaCharset().Match(Comment().Replace(start, ""));
        if (!match.Success)
            match = CodingLine().Match(FirstLines().Match(start).Value);
        return match.Success ? match.Groups[1].Value : null;
    }

    // Browsers' table of labels first, then .NET's names, then the numbers of code pages, as Python writes them.
    private static Encoding? Of(string label, bool isHtml)
    {
        var name = EmacsEnd().Replace(label.ToLowerInvariant().Replace('_', '-'), "");
        // A page whose declaration could be read is not UTF-16; browsers take ASCII for Windows-1252, others do not.
        if (name is "utf-8-sig" or "utf-16" or "utf-16le" or "utf-16be" || (!isHtml && name is "ascii" or "us-ascii"))
            return s_utf8;
        // These encodings are bytes for programs, not letters.
        if (name is "x-user-defined")
            return null;
        name = name switch
        {
            "windows-31j" => "cp932",
            "mac-roman" => "macintosh",
            _ => Latin().Replace(name, "l$1"),
        };
        foreach (var known in new[] { name, name.Replace('-', '_'), label })
        {
            if (TextEncoding.IsSupported(known))
                return Strict(TextEncoding.Resolve(known));
        }
        try
        {
            var page = CodePage().Match(name);
            return Strict(page.Success
                ? Encoding.GetEncoding(int.Parse(page.Groups[1].ValueSpan, CultureInfo.InvariantCulture))
                : Encoding.GetEncoding(name));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static Encoding Strict(Encoding encoding) => Encoding.GetEncoding(
        encoding.CodePage, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);

    [GeneratedRegex("""^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._:-]+)""")]
    private static partial Regex XmlDeclaration();

    [GeneratedRegex("""<meta\s[^>]*?charset\s*=\s*["']?\s*([A-Za-z0-9._:-]+)""", RegexOptions.IgnoreCase)]
    private static partial Regex MetaCharset();

    // These switch between sets with plain ASCII, so their bytes are valid UTF-8 and mean something else.
    [GeneratedRegex("^(iso-2022-|hz-)")]
    private static partial Regex Switching();

    [GeneratedRegex("<!--.*?-->", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"^[^\n]*\n?[^\n]*")]
    private static partial Regex FirstLines();

    [GeneratedRegex(@"coding[:=][ \t]*([-_.a-zA-Z0-9]+)")]
    private static partial Regex CodingLine();

    [GeneratedRegex("-(unix|dos|mac)$")]
    private static partial Regex EmacsEnd();

    [GeneratedRegex(@"^latin-?(\d+)$")]
    private static partial Regex Latin();

    [GeneratedRegex(@"^(?:cp|ms|windows-?|ibm)(\d{1,5})$")]
    private static partial Regex CodePage();
}
