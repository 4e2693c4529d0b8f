namespace MiniCpmDist.Data.Files;

/// <summary>A stream whose first bytes can be looked at before they are read.</summary>
internal sealed class PeekedStream : ForwardStream
{
    private const int MostBytes = 4096;
    private readonly Stream _stream;
    private readonly byte[] _start = new byte[MostBytes];
    private readonly int _count;
    private int _read;

    /// <summary>Waits for the first bytes of a stream.</summary>
    public PeekedStream(Stream stream)
    {
        _stream = stream;
        _count = stream.ReadAtLeast(_start, MostBytes, throwOnEndOfStream: false);
    }

    /// <summary>The first bytes, 4096 or all that there are.</summary>
    public ReadOnlySpan<byte> Start => _start.AsSpan(0, _count);

    public override int Read(Span<byte> buffer)
    {
        if (_read == _count)
            return _stream.Read(buffer);
        var count = Math.Min(buffer.Length, _count - _read);
        _start.AsSpan(_read, count).CopyTo(buffer);
        _read += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _stream.Dispose();
        base.Dispose(disposing);
    }
}
