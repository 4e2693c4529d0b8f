using System.Buffers;
using System.Text.Unicode;
using MiniCpmDist.Core.Corpus;

namespace MiniCpmDist.Data.Corpus;

/// <summary>
/// A file is one text, cut at a blank line wherever it has grown beyond 64 KiB, and at the end of any line beyond 1
/// MiB.
/// </summary>
internal sealed class PlainTextReader : LineSampleReader
{
    private const int CutAtBlankLineBytes = 64 << 10;
    private const int CutAtAnyLineBytes = 1 << 20;

    public PlainTextReader(string path, FileSpan? span, Action<long, string> quarantine, LargeTextGate? gate)
        : base(path, span, quarantine, gate)
    {
    }

    public PlainTextReader(string name, Stream stream, Action<long, string> quarantine, LargeTextGate? gate)
        : base(name, stream, quarantine, gate)
    {
    }

    public override bool Next()
    {
        Sample.Clear();
        while (NextLine(out var line))
        {
            if (Append(line) && Complete())
                return true;
        }
        return Complete();
    }

    // True where the text ends with this line.
    private bool Append(ReadOnlySpan<byte> line)
    {
        var text = Sample.Output;
        if (LineIsTooLong || !Utf8.IsValid(line))
        {
            Quarantine(LineIsTooLong ? QuarantinedLine.TooLong : "not valid UTF-8");
            return false;
        }
        if (line.IsEmpty && (text.WrittenCount == 0 || text.WrittenCount >= CutAtBlankLineBytes))
            return true;
        if (text.WrittenCount == 0)
            FirstLine = LinesRead;
        text.Write(line);
        text.Write("\n"u8);
        return text.WrittenCount >= CutAtAnyLineBytes;
    }

    private bool Complete()
    {
        if (!JsonSample.IsBlank(Sample.Output.WrittenSpan))
            return true;
        Sample.Clear();
        return false;
    }
}
