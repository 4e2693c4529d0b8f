using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Data.Corpus;

/// <summary>Reads one JSON object from each line and ignores blank lines.</summary>
internal sealed class JsonLinesReader : LineSampleReader
{
    private readonly string _path;
    private readonly FieldMap _fields;

    public JsonLinesReader(
        string path, FileSpan? span, FieldMap fields, Action<long, string> quarantine, LargeTextGate? gate)
        : base(path, span, quarantine, gate) => (_path, _fields) = (path, fields);

    public JsonLinesReader(
        string name, Stream stream, FieldMap fields, Action<long, string> quarantine, LargeTextGate? gate)
        : base(name, stream, quarantine, gate) => (_path, _fields) = (name, fields);

    public override ReadOnlySpan<byte> StoredLine => LineReader.WithoutSpace(CurrentLine);

    public override bool Next()
    {
        while (NextLine(out var line))
        {
            FirstLine = LinesRead;
            if (FirstLine == 1)
                RequireLines(line);
            if (LineIsTooLong)
                Quarantine(QuarantinedLine.TooLong);
            else if (line.Trim(" \t"u8).IsEmpty)
                continue;
            else if (JsonSample.Read(line, _fields, Sample) is { } reason)
                Quarantine(reason);
            else
                return true;
        }
        return false;
    }

    // This is reported at once: otherwise every line of such a file is broken, each for a reason of its own.
    private void RequireLines(ReadOnlySpan<byte> first)
    {
        if (!BeginsFile)
            return;
        if (FirstByte == '[')
            throw NotLines("a JSON array (it begins with `[`)", ".[]");
        if (first.Trim(" \t"u8).SequenceEqual("{"u8))
            throw NotLines("a JSON object over several lines", ".");
    }

    private ConfigurationException NotLines(string found, string filter)
    {
        var bare = StoredContent.BareName(_path);
        var reader = StoredContent.Compressions
            .Where(one => _path.EndsWith(one.Ending, StringComparison.Ordinal))
            .Select(one => one.Reader)
            .FirstOrDefault("cat");
        return new([new Problem(
            _path, "one JSON object a line", found, _path == StandardInput.Name
                ? $"pipe it through: jq -c '{filter}'"
                : $"convert it: {reader} {_path} | jq -c '{filter}' > {Path.ChangeExtension(bare, null)}.lines.jsonl, "
                    + "and name that file")]);
    }
}
