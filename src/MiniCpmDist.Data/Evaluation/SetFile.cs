using System.Text.Json;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Data.ParquetFiles;

namespace MiniCpmDist.Data.Evaluation;

/// <summary>Reads the items of a file as sets are published: JSON lines, JSON, CSV, Parquet.</summary>
internal static class SetFile
{
    public const string Kinds = ".jsonl, .json, .csv (these also with .gz or .zst) or .parquet";

    private const string Advice = "fetch the file again, or correct it there";

    /// <summary>The items with their places. A line that cannot be read is a problem, and reading goes on.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">Of a CSV file without a header; null: its first line has the names.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static IEnumerable<(JsonElement Item, string Place)> Read(
        string path, IReadOnlyList<string>? columns, ProblemCollector problems)
    {
        switch (Path.GetExtension(StoredContent.BareName(path)))
        {
            case ".jsonl":
                return Lines(path, problems);
            case ".json":
                return Document(path, problems);
            case ".parquet":
                return Rows(path, problems);
            case ".csv":
                return CsvItems.Read(path, columns, problems);
            default:
                problems.Add(path, $"a file of kind {Kinds}", "another kind", "convert it to one JSON object a line");
                return [];
        }
    }

    internal static TextReader Open(string path)
    {
        Stream file = InputFile.Open(path, 1 << 16);
        return new StreamReader(StoredContent.IsCompressed(path) ? Content(path, file) : file);
    }

    private static MemoryStream Content(string path, Stream compressed)
    {
        var content = new MemoryStream();
        try
        {
            using var stored = StoredContent.Of(path, compressed);
            stored.CopyTo(content);
        }
        catch (CompressedFileException exception)
        {
            throw new ConfigurationException([new Problem(path, exception.Expected, exception.Found, exception.Fix)]);
        }
        content.Position = 0;
        return content;
    }

    private static IEnumerable<(JsonElement, string)> Rows(string path, ProblemCollector problems)
    {
        using var rows = ParquetItems.Read(path).GetEnumerator();
        while (problems.Try(() => rows.MoveNext() ? rows : null) is { } found)
            yield return found.Current;
    }

    private static IEnumerable<(JsonElement, string)> Lines(string path, ProblemCollector problems)
    {
        using var reader = Open(path);
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            if (line.Trim().Length > 0 && Parse(line, $"{path}:{number}", problems) is { } item)
                yield return (item, $"{path}:{number}");
        }
    }

    private static IEnumerable<(JsonElement, string)> Document(string path, ProblemCollector problems)
    {
        using var reader = Open(path);
        if (Parse(reader.ReadToEnd(), path, problems) is not { } root)
            return [];
        // BIG-Bench Hard keeps its items beside a note.
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("examples", out var examples))
            root = examples;
        return root.ValueKind == JsonValueKind.Array
            ? [.. root.EnumerateArray().Select((item, i) => (item, $"{path}: item {i + 1}"))]
            : [(root, path)];
    }

    private static JsonElement? Parse(string text, string place, ProblemCollector problems)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            problems.Add(place, "JSON", $"something else ({exception.Message.Split(". ")[0]})", Advice);
            return null;
        }
    }
}
