using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Engine.TextCollection;

/// <summary>A text-like file as plain text.</summary>
internal static partial class TextFile
{
    private const long LargestFileBytes = 64 << 20;
    private static readonly string[] s_plain = [".txt", ".md", ".rst", ".text"];
    private static readonly string[] s_html = [".html", ".htm", ".xhtml"];
    private static readonly UTF8Encoding s_strictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>True for names that promise text of this kind.</summary>
    public static bool IsCandidate(string path, TextKind kind)
    {
        var name = Bare(path);
        return kind == TextKind.Code ? CodeText.IsCandidate(name) : IsPlain(name) || IsHtml(name) || IsManual(name);
    }

    /// <summary>The text of a file with tidy line ends, null when it holds none that can be read.</summary>
    public static string? Read(string path, TextKind kind)
    {
        var raw = Decode(Bytes(path));
        if (raw is null)
            return null;
        if (kind == TextKind.Code)
            return CodeText.Of(raw);
        var name = Bare(path);
        var text = IsHtml(name) ? HtmlText.Of(raw) : IsManual(name) ? ManualText.Of(raw) : raw;
        return Tidy(text);
    }

    private static string Bare(string path)
    {
        var name = Path.GetFileName(path);
        return name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
    }

    private static bool IsPlain(string name) =>
        s_plain.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) ||
        name.StartsWith("README", StringComparison.Ordinal) && !IsHtml(name);

    private static bool IsHtml(string name) =>
        s_html.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    private static bool IsManual(string name) => ManualName().IsMatch(name);

    // git.1, printf.3posix; a version such as libfoo-1.2.3 is not followed by the end of a section name only by luck,
    // and then the content decides.
    [GeneratedRegex(@"^[^.].*\.[1-8][a-z]*$")]
    private static partial Regex ManualName();

    private static byte[]? Bytes(string path)
    {
        try
        {
            using var stored = RegularFile.Open(path);
            using var content = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
                ? new GZipStream(stored, CompressionMode.Decompress) : (Stream)stored;
            using var bytes = new MemoryStream();
            var buffer = new byte[1 << 16];
            for (int count; (count = content.Read(buffer)) > 0;)
            {
                bytes.Write(buffer, 0, count);
                if (bytes.Length > LargestFileBytes)
                    return null;
            }
            return bytes.ToArray();
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Old documentation is ISO 8859-1 where it is not UTF-8. A zero byte is in neither: that is no text.
    private static string? Decode(byte[]? bytes)
    {
        if (bytes is null || bytes.Contains((byte)0))
            return null;
        try
        {
            return s_strictUtf8.GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes);
        }
    }

    // No spaces at line ends, no form feeds, overstrikes resolved, at most one blank line in a row.
    private static string Tidy(string text)
    {
        var tidy = new StringBuilder(text.Length);
        var blanks = 0;
        var plain = Overstrike().Replace(text, "").Replace("\r\n", "\n", StringComparison.Ordinal);
        foreach (var line in plain.AsSpan().EnumerateLines())
        {
            var content = line.TrimEnd().ToString().Replace("\f", "", StringComparison.Ordinal);
            if (content.Length == 0)
            {
                blanks++;
                continue;
            }
            if (tidy.Length > 0)
                tidy.Append(blanks > 0 ? "\n\n" : "\n");
            blanks = 0;
            tidy.Append(content);
        }
        return tidy.ToString();
    }

    [GeneratedRegex(@".\x08")]
    private static partial Regex Overstrike();
}
