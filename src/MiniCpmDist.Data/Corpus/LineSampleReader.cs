using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Data.Objects;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Data.Corpus;

/// <summary>Reads samples that are made of lines.</summary>
internal abstract class LineSampleReader : SampleReader
{
    private readonly string _path;
    private readonly Stream _stored;
    private readonly Stream _content;
    private readonly LineReader _lines;
    private readonly long _start;
    private readonly long _origin;
    private readonly long _end;
    private readonly long _linesBefore;

    protected LineSampleReader(
        string path, FileSpan? span, Action<long, string> quarantine, LargeTextGate? gate)
        : base(quarantine)
    {
        _path = path;
        _stored = OpenStored(path);
        _content = StoredContent.Of(path, _stored);
        var isSlice = span is { IsWhole: false };
        _end = isSlice ? span!.End : long.MaxValue;
        // Reading starts at the byte before the slice. Where that byte ends a line, the slice begins with a line of its
        // own.
        _start = isSlice ? span!.Start : 0;
        _origin = Math.Max(0, _start - 1);
        _stored.Position = _origin;
        _lines = new LineReader(_content, gate);
        if (_start > 0 && ReadLine(out _))
            _linesBefore = 1;
    }

    /// <summary>Reads a stream that is read once, and that is not compressed.</summary>
    protected LineSampleReader(string name, Stream stream, Action<long, string> quarantine, LargeTextGate? gate)
        : base(quarantine)
    {
        (_path, _stored, _content) = (name, stream, stream);
        _end = long.MaxValue;
        _lines = new LineReader(_content, gate);
    }

    public override long LinesRead => _lines.Line - _linesBefore;

    public override long BytesRead => Math.Max(
        0, Math.Min(_stored.CanSeek ? _stored.Position : _lines.Position, _end) - _start);

    /// <summary>The line that was read last, a byte order mark included.</summary>
    protected ReadOnlySpan<byte> CurrentLine => _lines.Current.Span;

    /// <summary>True while the line that was read last was longer than allowed.</summary>
    protected bool LineIsTooLong => _lines.TooLong;

    /// <summary>True where the file is read from its beginning.</summary>
    protected bool BeginsFile => _origin == 0 && _linesBefore == 0;

    /// <summary>See <see cref="LineReader.FirstByte"/>.</summary>
    protected byte FirstByte => _lines.FirstByte;

    protected override void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        _lines.Dispose();
        _content.Dispose();
        _stored.Dispose();
    }

    /// <summary>The next line of the slice; false after its last.</summary>
    protected bool NextLine(out ReadOnlySpan<byte> line)
    {
        line = default;
        if (_origin + _lines.Position >= _end || !ReadLine(out line))
            return false;
        if (LinesRead == 1 && _origin == 0 && line.StartsWith("\uFEFF"u8))
            line = line["\uFEFF"u8.Length..];
        return true;
    }

    private bool ReadLine(out ReadOnlySpan<byte> line)
    {
        try
        {
            return _lines.Read(out line);
        }
        catch (CompressedFileException e)
        {
            throw new ConfigurationException([new Problem(
                LinesRead > 0 ? $"{_path}, after line {LinesRead}" : _path, e.Expected, e.Found, e.Fix)]);
        }
        catch (IOException e)
        {
            // What follows in the file is lost, and nobody knows how much that is: not a matter for the quarantine.
            throw Unreadable($"{_path}, after line {LinesRead}", "a whole file", e);
        }
    }

    private static Stream OpenStored(string path)
    {
        if (ObjectUrl.IsOne(path))
            return StoredFile.Open(path, 1 << 17);
        try
        {
            return RegularFile.Open(path, bufferBytes: 1 << 17);
        }
        catch (UnfitFileException e)
        {
            throw new ConfigurationException(
                [new Problem(path, e.Expected, e.Found, "leave it out, or write what it gives into a file first")]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, "a readable file", e);
        }
    }

    private static ConfigurationException Unreadable(string where, string expected, Exception e) =>
        new([new Problem(where, expected, e.Message.TrimEnd('.'), "fetch the file again or leave it out")]);
}
