using System.Text.Json;
using System.Text.Json.Nodes;
using MiniCpmDist.Core.Problems;
using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace MiniCpmDist.Data.Evaluation;

/// <summary>
/// The rows of a Parquet file as objects of their columns, one row group in memory at a time. Columns may be texts,
/// numbers, truths, lists of these, and objects of these, which is what published sets have.
/// </summary>
internal static class ParquetItems
{
    private const string Advice = "fetch the file again, or convert it to one JSON object a line";

    /// <summary>A repeated column ends in two names of its own, such as list and element.</summary>
    private const int NamesOfAList = 2;

    public static IEnumerable<(JsonElement Item, string Place)> Read(string path, ProblemCollector problems)
    {
        var number = 0;
        for (var group = 0; ; group++)
        {
            if (Rows(path, group, problems) is not { } rows)
                yield break;
            foreach (var row in rows)
                yield return (JsonSerializer.SerializeToElement(row), $"{path}: row {++number}");
        }
    }

    /// <summary>The rows of a group; null after the last one, and where the file cannot be read.</summary>
    private static JsonObject[]? Rows(string path, int group, ProblemCollector problems)
    {
        try
        {
            return RowsAsync(path, group, problems).GetAwaiter().GetResult();
        }
        // The library has no exception of its own for damaged files.
        catch (Exception exception) when (exception is not (OutOfMemoryException or ConfigurationException))
        {
            problems.Add(path, "a Parquet file", exception.Message.TrimEnd('.'), Advice);
            return null;
        }
    }

    private static async Task<JsonObject[]?> RowsAsync(string path, int group, ProblemCollector problems)
    {
        var file = Files.InputFile.Open(path);
        await using (file.ConfigureAwait(false))
        {
            var reader = await ParquetReader.CreateAsync(file).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                if (group >= reader.RowGroupCount)
                    return null;
                using var rowGroup = reader.OpenRowGroupReader(group);
                JsonObject[] rows = [.. Enumerable.Range(0, (int)rowGroup.RowCount).Select(_ => new JsonObject())];
                foreach (var field in reader.Schema.GetDataFields())
                {
                    using var column = await rowGroup.ReadRawColumnDataBaseAsync(field).ConfigureAwait(false);
                    if (Values(column) is { } value && field.MaxRepetitionLevel <= 1)
                        Fill(rows, field, column, value);
                    else
                        problems.Add(path, "texts, numbers and lists of them", $"the column {field.Path}", Advice);
                }
                return rows;
            }
        }
    }

    /// <summary>Gives the i-th value that is there; null where the column is of another kind.</summary>
    private static Func<int, JsonNode>? Values(RawColumnData column) => column switch
    {
        RawColumnData<ReadOnlyMemory<char>> texts => i => texts.Values[i].ToString(),
        RawColumnData<long> numbers => i => numbers.Values[i],
        RawColumnData<int> numbers => i => numbers.Values[i],
        RawColumnData<double> numbers => i => numbers.Values[i],
        RawColumnData<float> numbers => i => numbers.Values[i],
        RawColumnData<bool> truths => i => truths.Values[i],
        _ => null,
    };

    private static void Fill(JsonObject[] rows, DataField field, RawColumnData column, Func<int, JsonNode> value)
    {
        var isList = field.MaxRepetitionLevel == 1;
        var names = field.Path.ToList();
        if (isList)
            names = names[..^NamesOfAList];
        var levels = field.MaxDefinitionLevel == 0 ? [] : column.DefinitionLevels.ToArray();
        var repeats = isList ? column.RepetitionLevels.ToArray() : [];
        var (count, next, row) = (isList ? repeats.Length : rows.Length, 0, -1);
        for (var i = 0; i < count; i++)
        {
            if (!isList || repeats[i] == 0)
                row++;
            var level = levels.Length == 0 ? field.MaxDefinitionLevel : levels[i];
            var found = level == field.MaxDefinitionLevel ? value(next++) : null;
            var owner = Owner(rows[row], names);
            if (!isList)
                owner[names[^1]] = found;
            else if (level >= field.MaxDefinitionLevel - (field.IsNullable ? 1 : 0))
                List(owner, names[^1]).Add(found);
        }
    }

    private static JsonObject Owner(JsonObject row, IReadOnlyList<string> names)
    {
        foreach (var name in names.SkipLast(1))
            row = row[name] as JsonObject ?? Added(row, name);
        return row;
    }

    private static JsonObject Added(JsonObject row, string name)
    {
        var added = new JsonObject();
        row[name] = added;
        return added;
    }

    private static JsonArray List(JsonObject owner, string name)
    {
        if (owner[name] is not JsonArray list)
            owner[name] = list = [];
        return list;
    }
}
