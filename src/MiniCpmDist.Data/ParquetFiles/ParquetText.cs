using System.Buffers;
using System.Text;
using MiniCpmDist.Core.Problems;
using Parquet.Data;
using Parquet.Schema;

namespace MiniCpmDist.Data.ParquetFiles;

/// <summary>
/// A column of texts, read by row groups. The library makes UTF-16 of a text; it is asked for bytes instead, so that
/// memory is half of that, and bytes that are no UTF-8 are noticed.
/// </summary>
internal sealed class ParquetText
{
    // What a row costs beside its text: a reference to it, and its level.
    private const int BytesPerRow = 24;

    private readonly ParquetFile _file;
    private readonly DataField _field;

    private ParquetText(ParquetFile file, DataField field) => (_file, _field) = (file, field);

    /// <summary>The column of a name, in which a dot goes into an object; null where there is none.</summary>
    /// <exception cref="ConfigurationException">The column is none of texts.</exception>
    public static ParquetText? Find(ParquetFile file, string name)
    {
        string[] names = name.Split('.');
        var top = file.Schema.Fields.FirstOrDefault(field => field.Name == names[0]);
        Field? found = top;
        foreach (var next in names.Skip(1))
            found = (found as StructField)?.Fields.FirstOrDefault(field => field.Name == next);
        if (found is null)
            return null;
        var isText = found is DataField { MaxRepetitionLevel: 0 } leaf
            && (leaf.ClrType == typeof(ReadOnlyMemory<char>) || leaf.ClrType == typeof(ReadOnlyMemory<byte>));
        return isText
            ? new ParquetText(file, file.Check(() => AsBytes(top!, names)) ?? (DataField)found)
            : throw new ConfigurationException([new Problem(
                file.Path, $"texts in the column `{name}`", found is DataField { MaxRepetitionLevel: 0 } other
                    ? $"values of kind {other.ClrType.Name}" : "a list or an object in each row",
                "name another column with --text-field, --input-field and --output-field")]);
    }

    /// <summary>About how many bytes the texts of a group take in memory.</summary>
    public long BytesIn(ParquetGroup group) =>
        Math.Max(0, _file.MetadataOf(group, _field)?.TotalUncompressedSize ?? 0) + group.Rows * BytesPerRow;

    /// <summary>Reads the texts of a group.</summary>
    /// <exception cref="ConfigurationException">The group cannot be read.</exception>
    public Rows Read(ParquetGroup group)
    {
        if (_file.MetadataOf(group, _field) is { } data && data.NumValues != group.Rows)
            throw _file.Problem(group, $"{group.Rows} values in `{_field.Path}`", $"{data.NumValues}");
        var column = _file.Read(group, opened => opened.ReadRawColumnDataBaseAsync(_field).AsTask());
        return new Rows(_file, group, column, _field.MaxDefinitionLevel);
    }

    // The same column with bytes as its kind. Objects that a row must have cannot be described again as such; then
    // the levels would be read wrongly, and the column stays one of characters.
    private static DataField? AsBytes(Field top, ReadOnlySpan<string> names)
    {
        var field = new ParquetSchema(Described(top, names)).GetDataFields()[0];
        var original = top;
        foreach (var name in names[1..])
            original = ((StructField)original).Fields.First(below => below.Name == name);
        return field.MaxDefinitionLevel == original.MaxDefinitionLevel ? field : null;
    }

    private static Field Described(Field field, ReadOnlySpan<string> names)
    {
        if (field is not StructField parent)
            return new DataField(field.Name, typeof(byte[]), field.IsNullable);
        var next = names[1];
        return new StructField(field.Name, Described(parent.Fields.First(below => below.Name == next), names[1..]));
    }

    /// <summary>The texts of a group, one after the other.</summary>
    internal sealed class Rows(ParquetFile file, ParquetGroup group, RawColumnData column, int mostDefined)
        : IDisposable
    {
        private int _row;
        private int _value;

        /// <summary>Takes the next text; false where the row has none. Call it once for each row.</summary>
        /// <param name="to">Takes the text in UTF-8, as it is stored.</param>
        /// <param name="most">A longer text is passed over.</param>
        /// <param name="bytes">Its length.</param>
        public bool Take(ArrayBufferWriter<byte> to, int most, out int bytes)
        {
            bytes = 0;
            var row = _row++;
            if (mostDefined > 0)
            {
                if (row >= column.DefinitionLevels.Length)
                    throw Fewer(row);
                if (column.DefinitionLevels[row] < mostDefined)
                    return false;
            }
            if (column is RawColumnData<ReadOnlyMemory<byte>> stored)
            {
                if (_value >= stored.Values.Length)
                    throw Fewer(row);
                var text = stored.Values[_value++].Span;
                bytes = text.Length;
                if (bytes <= most)
                    to.Write(text);
            }
            else
            {
                var texts = ((RawColumnData<ReadOnlyMemory<char>>)column).Values;
                if (_value >= texts.Length)
                    throw Fewer(row);
                var text = texts[_value++].Span;
                bytes = Encoding.UTF8.GetByteCount(text);
                if (bytes <= most)
                    to.Advance(Encoding.UTF8.GetBytes(text, to.GetSpan(bytes)));
            }
            return true;
        }

        public void Dispose() => column.Dispose();

        private ConfigurationException Fewer(int row) => file.Problem(group, $"{group.Rows} values", $"{row}");
    }
}
