using MiniCpmDist.Core.Corpus;

namespace MiniCpmDist.Engine.Corpus;

/// <summary>One JSON object a line; blank lines are nothing.</summary>
internal sealed class JsonLinesReader(
    string path, FileSpan? span, FieldMap fields, Action<long, string> quarantine, LargeTextGate? gate)
    : SampleReader(path, span, quarantine, gate)
{
    public override bool Next()
    {
        while (NextLine(out var line))
        {
            FirstLine = LinesRead;
            if (LineIsTooLong)
                Quarantine(QuarantinedLine.TooLong);
            else if (line.Trim(" \t"u8).IsEmpty)
                continue;
            else if (JsonSample.Read(line, fields, Sample) is { } reason)
                Quarantine(reason);
            else
                return true;
        }
        return false;
    }
}
