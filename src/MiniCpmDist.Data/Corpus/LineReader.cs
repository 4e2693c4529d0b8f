namespace MiniCpmDist.Data.Corpus;

/// <summary>
/// Lines of a stream as bytes, because whether they are UTF-8 is still to be found out. Memory is bounded by the
/// longest line allowed; a longer one is passed over and reported. A '\r' at the end of a line is no part of it, unless
/// <paramref name="keepsReturns"/> says so.
/// </summary>
public sealed class LineReader(
    Stream stream, LargeTextGate? gate = null, int maximumBytes = LineReader.MaximumBytes, bool keepsReturns = false)
    : IDisposable
{
    /// <summary>A longer line is no line of a corpus.</summary>
    public const int MaximumBytes = 32 << 20;

    private const int UsualBytes = 1 << 18;
    private byte[] _buffer = new byte[UsualBytes];
    private int _start;
    private int _end;
    private long _dropped;
    private bool _atEnd;
    private bool _holdsGate;

    /// <summary>1-based number of the line that was read last; in the end the number of lines.</summary>
    public long Line { get; private set; }

    /// <summary>The first byte that is no white space and no byte order mark, as far as the first bytes hold one; 0 for
    /// none, and before the first line was read.</summary>
    public byte FirstByte { get; private set; }

    /// <summary>
    /// The place in the stream at which the next line begins, in bytes from where it was when the reader was made.
    /// </summary>
    public long Position => _dropped + _start;

    /// <summary>The line that was read last, without its end; valid until the next one is read.</summary>
    public ReadOnlyMemory<byte> Current { get; private set; }

    /// <summary>True when the line that was read last was longer than allowed; its content is lost.</summary>
    public bool TooLong { get; private set; }

    /// <summary>True when the line that was read last had an end; the last one of a file may have none.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>The next line without its end; valid until the next call. False at the end of the stream.</summary>
    public bool Read(out ReadOnlySpan<byte> line)
    {
        TooLong = false;
        Shrink();
        var searched = 0;
        while (true)
        {
            var newline = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (newline >= 0)
                return Take(searched + newline, separator: 1, out line);
            searched = _end - _start;
            if (_atEnd)
            {
                line = default;
                return (searched > 0 || TooLong) && Take(searched, separator: 0, out line);
            }
            if (searched > maximumBytes)
            {
                TooLong = true;
                _dropped += _end;
                _start = _end = searched = 0;
            }
            Fill();
        }
    }

    public void Dispose() => LeaveGate();

    private bool Take(int length, int separator, out ReadOnlySpan<byte> line)
    {
        TooLong |= length > maximumBytes;
        line = TooLong ? default : _buffer.AsSpan(_start, length);
        if (!keepsReturns && line.Length > 0 && line[^1] == '\r')
            line = line[..^1];
        Current = _buffer.AsMemory(_start, line.Length);
        _start += length + separator;
        IsWhole = separator > 0;
        Line++;
        return true;
    }

    // A buffer that a long line has made large goes as soon as what is left fits the usual one.
    private void Shrink()
    {
        if (_buffer.Length == UsualBytes || _end - _start > UsualBytes)
            return;
        MoveTo(new byte[UsualBytes]);
        LeaveGate();
    }

    private void LeaveGate()
    {
        if (_holdsGate)
            gate!.Leave();
        _holdsGate = false;
    }

    private void Fill()
    {
        if (_start > 0)
            MoveTo(_buffer);
        if (_end == _buffer.Length)
            Grow();
        var count = stream.Read(_buffer, _end, _buffer.Length - _end);
        if (Position == 0 && FirstByte == 0 && WithoutSpace(_buffer.AsSpan(0, _end + count)) is [var first, ..])
            FirstByte = first;
        _end += count;
        _atEnd = count == 0;
    }

    /// <summary>The bytes from the first on that is no white space and no byte order mark.</summary>
    public static ReadOnlySpan<byte> WithoutSpace(ReadOnlySpan<byte> start) => start.TrimStart("\uFEFF \t\r\n"u8);

    private void Grow()
    {
        var bytes = Math.Min(_buffer.Length * 2L, (long)maximumBytes + UsualBytes);
        if (bytes > LargeTextGate.Threshold && gate is not null && !_holdsGate)
        {
            gate.Enter();
            _holdsGate = true;
        }
        MoveTo(new byte[bytes]);
    }

    private void MoveTo(byte[] buffer)
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(buffer);
        _dropped += _start;
        (_buffer, _start, _end) = (buffer, 0, _end - _start);
    }
}
