using System.Text.Json;
using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Corpus;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Data.ParquetFiles;

namespace MiniCpmDist.Data.Chat;

/// <summary>
/// Reads samples from a JSON array or from JSON lines, packed with gzip or Zstandard or not, or from a Parquet file.
/// </summary>
internal static class ChatFile
{
    private const string Kinds = "*.parquet, or *.json, *.jsonl, also with .gz or .zst";

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parse">Makes a sample of an object; a <see cref="FormatException"/> says why it is none.</param>
    /// <param name="problems">Takes what is wrong with samples, and where.</param>
    /// <returns>The samples that are right, in order.</returns>
    /// <exception cref="ConfigurationException">The file cannot be read.</exception>
    public static IReadOnlyList<T> Read<T>(string path, Func<JsonElement, T> parse, ChatProblems problems)
    {
        var kind = Path.GetExtension(StoredContent.BareName(path));
        if (path.EndsWith(ParquetFile.Ending, StringComparison.Ordinal))
            return ReadRows(path, parse, problems);
        if (kind is not (".json" or ".jsonl"))
        {
            throw new ConfigurationException([new Problem(
                path, Kinds, "another kind of file", "convert it to one JSON object a line")]);
        }
        try
        {
            using var file = InputFile.Open(path, 1 << 16);
            using var content = StoredContent.Of(path, file);
            using var peeked = new PeekedStream(content);
            return LineReader.WithoutSpace(peeked.Start) is [(byte)'[', ..]
                ? ReadArray(peeked, path, parse, problems)
                : ReadLines(peeked, path, parse, problems);
        }
        catch (CompressedFileException exception)
        {
            throw new ConfigurationException(
                [new Problem(path, exception.Expected, exception.Found, "fetch the file again")]);
        }
    }

    private static List<T> ReadRows<T>(string path, Func<JsonElement, T> parse, ChatProblems problems)
    {
        var samples = new List<T>();
        foreach (var (item, place) in ParquetItems.Read(path))
            Parse(item, place, parse, problems, samples);
        return samples;
    }

    private static List<T> ReadLines<T>(
        Stream content, string path, Func<JsonElement, T> parse, ChatProblems problems)
    {
        var samples = new List<T>();
        using var lines = new LineReader(content);
        while (lines.Read(out var line))
        {
            var where = $"{path}:{lines.Line}";
            if (lines.TooLong)
                problems.Add(where, "the line is longer than 32 MiB");
            else if (!JsonSample.IsBlank(line))
                Take(line.ToArray(), where, parse, problems, samples);
        }
        return samples;
    }

    private static List<T> ReadArray<T>(
        Stream content, string path, Func<JsonElement, T> parse, ChatProblems problems)
    {
        var samples = new List<T>();
        var (where, count) = (path, 0);
        try
        {
            var items = JsonSerializer.DeserializeAsyncEnumerable<JsonElement>(content).ToBlockingEnumerable();
            foreach (var item in items)
            {
                where = $"{path}, item {++count}";
                Parse(item, where, parse, problems, samples);
            }
        }
        catch (JsonException exception)
        {
            problems.Add($"{path}, item {count + 1}", $"no JSON: {exception.Message}");
        }
        return samples;
    }

    private static void Take<T>(
        byte[] line, string where, Func<JsonElement, T> parse, ChatProblems problems, List<T> samples)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            Parse(document.RootElement, where, parse, problems, samples);
        }
        catch (JsonException exception)
        {
            problems.Add(where, $"no JSON from byte {exception.BytePositionInLine} on");
        }
    }

    private static void Parse<T>(
        JsonElement item, string where, Func<JsonElement, T> parse, ChatProblems problems, List<T> samples)
    {
        try
        {
            samples.Add(parse(item));
        }
        catch (Exception exception) when (exception is FormatException or InvalidOperationException)
        {
            problems.Add(where, exception.Message);
        }
    }
}
