using System.Text.Json;
using MiniCpmDist.Core.Problems;
using Sylvan.Data.Csv;

namespace MiniCpmDist.Data.Evaluation;

/// <summary>The rows of a CSV file as objects of their columns.</summary>
internal static class CsvItems
{
    private const int LargestRow = 16 << 20;

    private const string Advice = "correct the row: a comma or a line break inside a value needs \"quotes\" around it";

    public static IEnumerable<(JsonElement Item, string Place)> Read(
        string path, IReadOnlyList<string>? columns, ProblemCollector problems)
    {
        using var text = SetFile.Open(path);
        using var reader = CsvDataReader.Create(text, new CsvDataReaderOptions
        {
            HasHeaders = columns is null,
            // Left to itself the library takes the commonest of , ; | and tab in the first row, which may be in a text.
            Delimiter = ',',
            MaxBufferSize = LargestRow,
        });
        columns ??= [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];
        for (var row = 1; Advance(reader, path, row, problems); row++)
        {
            var place = $"{path}: row {row}";
            if (problems.Require(
                reader.RowFieldCount == columns.Count, place,
                $"{columns.Count} columns ({string.Join(", ", columns)})", $"{reader.RowFieldCount}", Advice))
                yield return (Row(reader, columns), place);
        }
    }

    private static bool Advance(CsvDataReader reader, string path, int row, ProblemCollector problems)
    {
        try
        {
            return reader.Read();
        }
        catch (Exception exception) when (exception is FormatException or InvalidDataException or CsvFormatException)
        {
            problems.Add($"{path}: row {row}", "a row of CSV", exception.Message.TrimEnd('.'), Advice);
            return false;
        }
    }

    private static JsonElement Row(CsvDataReader reader, IReadOnlyList<string> columns)
    {
        var values = new Dictionary<string, string>();
        for (var i = 0; i < columns.Count; i++)
            values.TryAdd(columns[i], reader.GetString(i));
        return JsonSerializer.SerializeToElement(values);
    }
}
