using System.Text.Json;
using System.Text.Json.Nodes;
using MiniCpmDist.Core.Problems;
using Parquet.Schema;

namespace MiniCpmDist.Data.ParquetFiles;

/// <summary>
/// The rows of a Parquet file as objects of their columns, the columns of one row group in memory at a time. Columns
/// may be texts, numbers, truths, times, and lists and objects of these to any depth, which is what published sets and
/// conversations have. Columns of other kinds, such as bytes, are left out.
/// </summary>
internal static class ParquetItems
{
    /// <summary>The objects with their places.</summary>
    /// <exception cref="ConfigurationException">While enumerating: the file is damaged from there on.</exception>
    public static IEnumerable<(JsonElement Item, string Place)> Read(string path)
    {
        using var file = ParquetFile.Open(path);
        Field[][] leaves = [.. Leaves(file.Schema.Fields, [])];
        foreach (var group in file.Groups)
        {
            var columns = new List<ParquetColumn>();
            try
            {
                foreach (var leaf in leaves)
                {
                    var field = (DataField)leaf[^1];
                    var data = file.Read(group, opened => opened.ReadRawColumnDataBaseAsync(field).AsTask());
                    if (ParquetColumn.Of(leaf, data) is { } column)
                        columns.Add(column);
                    else
                        data.Dispose();
                }
                for (var row = 0; row < group.Rows; row++)
                {
                    var item = new JsonObject();
                    if (!file.Check(group, () => columns.TrueForAll(column => column.MoveTo(item))))
                        throw file.Problem(group, "as many values in each column as rows", "fewer");
                    yield return (
                        JsonSerializer.SerializeToElement(item), $"{path}: row {group.FirstRow + row}");
                }
            }
            finally
            {
                columns.ForEach(column => column.Dispose());
            }
        }
    }

    // The fields on the way to each column, that of the column last.
    private static IEnumerable<Field[]> Leaves(IEnumerable<Field> fields, Field[] above) =>
        fields.SelectMany(field => field switch
        {
            DataField => [[.. above, field]],
            StructField parent => Leaves(parent.Fields, [.. above, field]),
            ListField list => Leaves([list.Item], [.. above, field]),
            _ => (IEnumerable<Field[]>)[],
        });
}
