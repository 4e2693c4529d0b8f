using System.Globalization;
using System.Text.Json.Nodes;
using Parquet.Data;
using Parquet.Schema;

namespace MiniCpmDist.Data.ParquetFiles;

/// <summary>
/// Puts the values of one column where they belong in the objects of the rows. A value comes with two levels: how many
/// of the fields on the way to it are there (the definition), and at which list on the way it goes on (the repetition).
/// </summary>
internal sealed class ParquetColumn : IDisposable
{
    private readonly Field[] _way;
    private readonly RawColumnData _data;
    private readonly Func<int, JsonNode> _value;
    private readonly int _defined;
    private readonly int[] _places;
    private int _next;
    private int _nextValue;

    private ParquetColumn(Field[] way, RawColumnData data, Func<int, JsonNode> value)
    {
        (_way, _data, _value) = (way, data, value);
        _defined = way[^1].MaxDefinitionLevel;
        _places = new int[way[^1].MaxRepetitionLevel + 1];
    }

    /// <summary>A column; null where its values are of a kind that JSON has not.</summary>
    /// <param name="way">The fields on the way to it, its own last.</param>
    /// <param name="data">Its values in a row group. It is disposed of with the column.</param>
    public static ParquetColumn? Of(Field[] way, RawColumnData data) =>
        ValuesOf(data) is { } value ? new ParquetColumn(way, data, value) : null;

    /// <summary>Adds the column's values of the next row to it; false where there is none.</summary>
    public bool MoveTo(JsonObject row)
    {
        if (_places.Length > 1 && _next >= _data.RepetitionLevels.Length)
            return false;
        do
        {
            var repetition = _places.Length > 1 ? _data.RepetitionLevels[_next] : 0;
            if (repetition > 0)
                _places[repetition]++;
            Array.Clear(_places, repetition + 1, _places.Length - repetition - 1);
            var definition = _defined == 0 ? 0 : _data.DefinitionLevels[_next];
            _next++;
            Place(row, definition);
        }
        while (_places.Length > 1 && _next < _data.RepetitionLevels.Length && _data.RepetitionLevels[_next] > 0);
        return true;
    }

    public void Dispose() => _data.Dispose();

    private void Place(JsonObject row, int definition)
    {
        JsonNode owner = row;
        for (var i = 0; i < _way.Length; i++)
        {
            // The item of a list has no name of its own: its place in the list is the owner's.
            var isItem = i > 0 && _way[i - 1] is ListField;
            var place = isItem ? _places[_way[i - 1].MaxRepetitionLevel] : -1;
            var field = _way[i];
            if (field is ListField)
            {
                // One level below that of its items it is empty, below that it is missing.
                var isThere = definition >= field.MaxDefinitionLevel - 1;
                Set(owner, field.Name, place, isThere ? Get(owner, field.Name, place) ?? new JsonArray() : null);
                if (definition < field.MaxDefinitionLevel)
                    return;
            }
            else if (field is StructField)
            {
                var isThere = definition >= field.MaxDefinitionLevel;
                Set(owner, field.Name, place, isThere ? Get(owner, field.Name, place) ?? new JsonObject() : null);
                if (!isThere)
                    return;
            }
            else
            {
                var value = definition == _defined ? _value(_nextValue++) : null;
                if (field is DataField { IsArray: true })
                    AddTo(owner, field.Name, value);
                else
                    Set(owner, field.Name, place, value);
                return;
            }
            owner = Get(owner, field.Name, place)!;
        }
    }

    // The oldest form of a list is a column that repeats, without a list around it.
    private static void AddTo(JsonNode owner, string name, JsonNode? value)
    {
        if (owner[name] is not JsonArray list)
            owner[name] = list = [];
        if (value is not null)
            list.Add(value);
    }

    private static JsonNode? Get(JsonNode owner, string name, int place) =>
        place < 0 ? owner[name] : place < owner.AsArray().Count ? owner[place] : null;

    // Columns of one list take turns, so that its items may be there already.
    private static void Set(JsonNode owner, string name, int place, JsonNode? value)
    {
        if (place < 0)
        {
            if (value?.Parent is null)
                owner[name] = value;
        }
        else if (place == owner.AsArray().Count)
            owner.AsArray().Add(value);
        else if (value?.Parent is null)
            owner[place] = value;
    }

    /// <summary>Gives the i-th value that is there.</summary>
    private static Func<int, JsonNode>? ValuesOf(RawColumnData column) => column switch
    {
        RawColumnData<ReadOnlyMemory<char>> texts => i => texts.Values[i].ToString(),
        RawColumnData<long> numbers => i => numbers.Values[i],
        RawColumnData<int> numbers => i => numbers.Values[i],
        RawColumnData<ulong> numbers => i => numbers.Values[i],
        RawColumnData<uint> numbers => i => numbers.Values[i],
        RawColumnData<short> numbers => i => numbers.Values[i],
        RawColumnData<ushort> numbers => i => numbers.Values[i],
        RawColumnData<sbyte> numbers => i => numbers.Values[i],
        RawColumnData<byte> numbers => i => numbers.Values[i],
        RawColumnData<double> numbers => i => Number(numbers.Values[i]),
        RawColumnData<float> numbers => i => Number(numbers.Values[i]),
        RawColumnData<decimal> numbers => i => numbers.Values[i],
        RawColumnData<bool> truths => i => truths.Values[i],
        RawColumnData<DateTime> times => i => times.Values[i].ToString("O", CultureInfo.InvariantCulture),
        _ => null,
    };

    // JSON has no infinity, and nothing that is no number.
    private static JsonNode Number(double value) =>
        double.IsFinite(value) ? value : value.ToString(CultureInfo.InvariantCulture);
}
