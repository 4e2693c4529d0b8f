using System.Text;
using System.Text.RegularExpressions;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Data.TextCollection;

/// <summary>A text-like file as plain text.</summary>
internal static partial class TextFile
{
    private const long LargestFileBytes = 64 << 20;
    private static readonly string[] s_plain = [".txt", ".md", ".rst", ".text"];
    private static readonly string[] s_html = [".html", ".htm", ".xhtml"];

    /// <summary>True for names that promise text of this kind.</summary>
    public static bool IsCandidate(string path, TextKind kind)
    {
        var name = Bare(path);
        return kind == TextKind.Code ? CodeText.IsCandidate(name) : IsPlain(name) || IsHtml(name) || IsManual(name);
    }

    /// <summary>The text of a file with tidy line ends.</summary>
    /// <param name="path">A file with a name that <see cref="IsCandidate"/>.</param>
    /// <param name="kind">How it is read.</param>
    /// <param name="setAside">Null, or why the file, which is a text by its name, could not be read as one.</param>
    /// <returns>The text, which may be empty; null where the file is none, or was set aside.</returns>
    public static string? Read(string path, TextKind kind, out string? setAside)
    {
        setAside = null;
        var name = Bare(path);
        var bytes = Bytes(path, out var reason);
        // Half of all files have names that could be those of manual pages: libraries, data, old versions.
        var isManual = kind == TextKind.Prose && !IsPlain(name) && !IsHtml(name);
        if (isManual && (bytes is null || !ManualText.IsManual(Encoding.Latin1.GetString(bytes))))
            return null;
        var raw = bytes is null ? null : CharacterSets.Decode(bytes, IsHtml(name), out reason);
        if (raw is null)
        {
            setAside = reason;
            return null;
        }
        if (kind == TextKind.Code)
            return CodeText.Of(raw);
        return Tidy(IsHtml(name) ? HtmlText.Of(raw) : isManual ? ManualText.Of(raw) : raw);
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

    private static byte[]? Bytes(string path, out string reason)
    {
        reason = "";
        try
        {
            using var stored = RegularFile.Open(path);
            using var content = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
                ? new GzipContent(stored) : (Stream)stored;
            using var bytes = new MemoryStream();
            var buffer = new byte[1 << 16];
            for (int count; (count = content.Read(buffer)) > 0;)
            {
                bytes.Write(buffer, 0, count);
                if (bytes.Length <= LargestFileBytes)
                    continue;
                reason = $"it is longer than {LargestFileBytes >> 20} MiB";
                return null;
            }
            return bytes.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            reason = e.Message.TrimEnd('.');
            return null;
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
