using System.Text.Unicode;
using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.ParquetFiles;

namespace MiniCpmDist.Data.Corpus;

/// <summary>
/// Reads the texts of a Parquet file, a row group at a time: all of them, or those that begin in a slice of the file.
/// Memory is about 2.5 times the texts of a row group, and <see cref="RowGroupBudget"/> bounds what the threads hold
/// together.
/// </summary>
internal sealed class ParquetSampleReader : SampleReader
{
    private readonly ParquetFile _file;
    private readonly FileSpan _span;
    private readonly Queue<ParquetGroup> _left;
    private readonly (ParquetText Texts, string Name)[] _columns;
    private readonly ReadingMemory? _memory;
    private ParquetText.Rows[] _rows = [];
    private ParquetGroup? _group;
    private long _row;
    private long _read;
    private long _taken;
    private bool _holdsGate;

    public ParquetSampleReader(
        string path, FileSpan? span, FieldMap fields, Action<long, string> quarantine, ReadingMemory? memory)
        : base(quarantine)
    {
        _memory = memory;
        _file = ParquetFile.Open(path);
        try
        {
            _span = span ?? new FileSpan(0, 0, _file.Bytes, _file.Bytes);
            var starts = _file.Groups.Select(group => group.Start).ToList();
            _left = new Queue<ParquetGroup>(
                RowGroupSlices.Within(starts, _span).Select(index => _file.Groups[index]));
            _columns = ColumnsOf(_file, fields);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    public override long LinesRead => _read;

    public override long BytesRead
    {
        get
        {
            if (_group is not { } group)
                return 0;
            var next = _left.TryPeek(out var following) ? following.Start : _span.End;
            var share = group.Rows == 0 ? 0 : (double)_row / group.Rows;
            return (long)Math.Clamp(
                group.Start - _span.Start + share * (next - group.Start), 0, Math.Max(0, _span.Bytes));
        }
    }

    public override bool Next()
    {
        LeaveGate();
        while (_row < (_group?.Rows ?? 0) || BeginGroup())
        {
            _row++;
            FirstLine = ++_read;
            if (Take() is not { } reason)
                return true;
            Quarantine(reason);
        }
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        LeaveGate();
        EndGroup();
        _file.Dispose();
    }

    // A text column wins over a pair, as a text wins in an object.
    private static (ParquetText, string)[] ColumnsOf(ParquetFile file, FieldMap fields)
    {
        if (ParquetText.Find(file, fields.Text) is { } text)
            return [(text, fields.Text)];
        if (ParquetText.Find(file, fields.Input) is { } input && ParquetText.Find(file, fields.Output) is { } output)
            return [(input, fields.Input), (output, fields.Output)];
        throw new ConfigurationException([new Problem(
            file.Path, $"a column `{fields.Text}`, or `{fields.Input}` and `{fields.Output}`",
            $"the columns {string.Join(", ", file.Schema.Fields.Select(field => $"`{field.Name}`"))}",
            "name the column with --text-field, or two with --input-field and --output-field")]);
    }

    private bool BeginGroup()
    {
        EndGroup();
        while (_left.TryDequeue(out _group))
        {
            _row = 0;
            if (_group.Rows == 0)
                continue;
            TakeMemory(_group, _columns.Sum(column => column.Texts.BytesIn(_group)));
            _rows = [.. _columns.Select(column => column.Texts.Read(_group))];
            return true;
        }
        return false;
    }

    private void TakeMemory(ParquetGroup group, long bytes)
    {
        if (bytes > RowGroupBudget.LargestGroup)
        {
            throw _file.Problem(
                group, "row groups whose texts have at most 1 GiB", $"about {bytes >> 20} MiB",
                "write the file again with smaller row groups, such as row_group_size=10000 in pyarrow or DuckDB");
        }
        _memory?.RowGroups.Take(bytes);
        _taken = bytes;
    }

    private void EndGroup()
    {
        foreach (var rows in _rows)
            rows.Dispose();
        _rows = [];
        if (_taken > 0)
            _memory?.RowGroups.GiveBack(_taken);
        _taken = 0;
    }

    private string? Take()
    {
        Sample.Clear();
        string? reason = null;
        for (var i = 0; i < _rows.Length; i++)
        {
            var isLast = i == _rows.Length - 1;
            var (to, name) = (isLast ? Sample.Output : Sample.Input, _columns[i].Name);
            var hasText = _rows[i].Take(to, LineReader.MaximumBytes, out var bytes);
            reason ??= !hasText ? $"\"{name}\" is null"
                : bytes > LineReader.MaximumBytes ? QuarantinedLine.TextTooLong
                : !Utf8.IsValid(to.WrittenSpan) ? "not valid UTF-8"
                : isLast && JsonSample.IsBlank(to.WrittenSpan) ? $"\"{name}\" is empty"
                : null;
        }
        if (reason is null && Sample.Bytes > LargeTextGate.Threshold)
            EnterGate();
        return reason;
    }

    // Encoding a long text takes many times its bytes, so that only one at a time is encoded.
    private void EnterGate()
    {
        _memory?.LargeTexts.Enter();
        _holdsGate = _memory is not null;
    }

    private void LeaveGate()
    {
        if (_holdsGate)
            _memory!.LargeTexts.Leave();
        _holdsGate = false;
    }
}
