using System.IO.Compression;
using System.Text;
using System.Text.Json;
using MiniCpmDist.Core.Configuration;

namespace MiniCpmDist.Engine.Data;

/// <summary>
/// Streams the texts of a corpus. JSON lines as C4 has them: the string "text" of each object, everything else ignored.
/// Plain text: a file is one text, cut at a blank line wherever it has grown beyond 64 KiB.
/// </summary>
public static class CorpusReader
{
    private const int PlainTextBytes = 64 << 10;
    private static readonly UTF8Encoding s_strictUtf8 = new(
        encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // Without it .NET takes a gzip file that ends in the middle for a complete one.
    static CorpusReader() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

    /// <summary>
    /// The texts of <paramref name="files"/> (from <see cref="CorpusFiles.Find"/>) in order. A line without a text goes
    /// to <paramref name="quarantine"/>; blank lines are nothing.
    /// </summary>
    /// <exception cref="ConfigurationException">While enumerating: a file cannot be read to its end.</exception>
    public static IEnumerable<Document> Read(IReadOnlyList<string> files, Action<QuarantinedLine> quarantine) =>
        files.SelectMany(file => ReadFile(file, quarantine));

    private static IEnumerable<Document> ReadFile(string file, Action<QuarantinedLine> quarantine)
    {
        using var stored = Open(file);
        using var content = CorpusFiles.IsCompressed(file)
            ? new GZipStream(stored, CompressionMode.Decompress)
            : (Stream)stored;
        var lines = new LineReader(content);
        var documents = CorpusFiles.IsJsonLines(file)
            ? JsonLines(file, lines, stored, quarantine)
            : PlainText(file, lines, stored, quarantine);
        foreach (var document in documents)
            yield return document;
    }

    private static IEnumerable<Document> JsonLines(
        string file, LineReader lines, Stream stored, Action<QuarantinedLine> quarantine)
    {
        while (Next(file, lines, out var line))
        {
            if (!lines.TooLong && line.Span.Trim(" \t"u8).IsEmpty)
                continue;
            var (text, reason) = lines.TooLong ? (null, "the line is longer than 64 MiB") : TextOf(line);
            if (text is null)
                quarantine(new QuarantinedLine(file, lines.Line, reason));
            else
                yield return new Document(text, file, lines.Line, stored.Position);
        }
    }

    private static (string? Text, string Reason) TextOf(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                return (null, "not a JSON object");
            if (!json.RootElement.TryGetProperty("text", out var text))
                return (null, "the object has no \"text\"");
            if (text.ValueKind != JsonValueKind.String)
                return (null, "\"text\" is not a string");
            var value = text.GetString()!;
            return string.IsNullOrWhiteSpace(value) ? (null, "\"text\" is empty") : (value, "");
        }
        catch (JsonException e)
        {
            return (null, $"not JSON: byte {e.BytePositionInLine}");
        }
        catch (InvalidOperationException)
        {
            return (null, "\"text\" is not valid UTF-8");
        }
    }

    private static IEnumerable<Document> PlainText(
        string file, LineReader lines, Stream stored, Action<QuarantinedLine> quarantine)
    {
        var text = new StringBuilder();
        var first = 1L;
        while (Next(file, lines, out var line))
        {
            var words = lines.TooLong ? null : Utf8(line.Span);
            if (words is null)
                quarantine(new QuarantinedLine(
                    file, lines.Line, lines.TooLong ? "the line is longer than 64 MiB" : "not valid UTF-8"));
            if (text.Length >= PlainTextBytes && words is { Length: 0 })
            {
                yield return new Document(text.ToString(), file, first, stored.Position);
                text.Clear();
            }
            if (text.Length == 0)
                first = lines.Line;
            if (words is not null && (text.Length > 0 || words.Length > 0))
                text.Append(words).Append('\n');
        }
        if (!string.IsNullOrWhiteSpace(text.ToString()))
            yield return new Document(text.ToString(), file, first, stored.Position);
    }

    private static string? Utf8(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return s_strictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static FileStream Open(string file)
    {
        try
        {
            return File.OpenRead(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(file, "a readable file", e);
        }
    }

    private static bool Next(string file, LineReader lines, out ReadOnlyMemory<byte> line)
    {
        try
        {
            return lines.Read(out line);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            // What follows in the file is lost, and nobody knows how much that is: not a matter for the quarantine.
            throw Unreadable($"{file}, after line {lines.Line}", "a whole file", e);
        }
    }

    private static ConfigurationException Unreadable(string where, string expected, Exception e) =>
        new([new Fault(where, expected, e.Message.TrimEnd('.'), "fetch the file again or leave it out")]);
}
