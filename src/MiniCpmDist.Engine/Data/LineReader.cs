namespace MiniCpmDist.Engine.Data;

/// <summary>
/// Lines of a stream as bytes, because whether they are UTF-8 is still to be found out. Memory is bounded by the
/// longest line allowed; a longer one is passed over and reported.
/// </summary>
internal sealed class LineReader(Stream stream, int maximumBytes = 64 << 20)
{
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _atEnd;

    /// <summary>1-based number of the line that was read last.</summary>
    public long Line { get; private set; }

    /// <summary>True when the line that was read last was longer than allowed; its content is lost.</summary>
    public bool TooLong { get; private set; }

    /// <summary>The next line without its end; valid until the next call. False at the end of the stream.</summary>
    public bool Read(out ReadOnlyMemory<byte> line)
    {
        TooLong = false;
        var searched = 0;
        while (true)
        {
            var newline = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (newline >= 0)
                return Take(searched + newline, separator: 1, out line);
            searched = _end - _start;
            if (_atEnd)
                return Take(searched, separator: 0, out line) && (searched > 0 || TooLong);
            if (searched >= maximumBytes)
            {
                TooLong = true;
                _start = _end = searched = 0;
            }
            Fill();
        }
    }

    private bool Take(int length, int separator, out ReadOnlyMemory<byte> line)
    {
        line = TooLong ? default : _buffer.AsMemory(_start, length);
        if (line.Length > 0 && line.Span[^1] == '\r')
            line = line[..^1];
        _start += length + separator;
        Line++;
        return true;
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var count = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += count;
        _atEnd = count == 0;
    }
}
