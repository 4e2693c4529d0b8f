using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Data.Objects;

/// <summary>
/// Reads an object, from any place on, in ranges. Where a connection breaks, the next range begins where it broke.
/// </summary>
/// <param name="url">For messages.</param>
/// <param name="length">Bytes of the object.</param>
/// <param name="get">Asks for the bytes from the first to the last one, both included.</param>
/// <param name="wait">Waits before another try; null: twice as long each time.</param>
internal sealed class ObjectStream(
    ObjectUrl url, long length, Func<long, long, Stream> get, Action<int>? wait = null) : Stream
{
    /// <summary>Bytes of a range: whoever wants a slice of an object does not fetch much more.</summary>
    public const int RangeBytes = 16 << 20;

    /// <summary>Broken connections in a row, without a byte between them, that end the reading.</summary>
    public const int Tries = 6;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_firstWait = TimeSpan.FromMilliseconds(200);
    private Stream? _range;
    private long _position;
    private int _broken;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            if (value != _position)
                Forget();
            _position = value;
        }
    }

    /// <exception cref="ConfigurationException">The store does not give what it has promised.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.Length == 0 || _position >= length)
            return 0;
        while (true)
        {
            try
            {
                _range ??= get(_position, Math.Min(length, _position + RangeBytes) - 1);
                var count = ReadInTime(buffer);
                if (count > 0)
                {
                    (_position, _broken) = (_position + count, 0);
                    return count;
                }
                // The end of a range; before that of the object another one follows.
                Forget();
                _broken++;
            }
            catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
            {
                Forget();
                if (++_broken >= Tries)
                    throw Broken(e.Message);
                Wait();
            }
            if (_broken >= Tries)
                throw Broken("no more bytes");
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Forget();
        base.Dispose(disposing);
    }

    // A server that has stopped sending must not stop a build.
    private int ReadInTime(Span<byte> buffer)
    {
        using var late = new CancellationTokenSource(s_patience);
        var own = System.Buffers.ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length, 1 << 17));
        try
        {
            var wanted = Math.Min(buffer.Length, own.Length);
            var count = _range!.ReadAsync(own.AsMemory(0, wanted), late.Token).AsTask().GetAwaiter().GetResult();
            own.AsSpan(0, count).CopyTo(buffer);
            return count;
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(own);
        }
    }

    private void Wait()
    {
        if (wait is not null)
            wait(_broken);
        else
            Task.Delay(s_firstWait * (1 << _broken)).Wait();
    }

    private void Forget()
    {
        _range?.Dispose();
        _range = null;
    }

    private ConfigurationException Broken(string found) => new([new Problem(
        $"{url}, from byte {_position}", $"{length} bytes", $"a connection that breaks: {found.TrimEnd('.')}",
        "give the same command again once the network is well: it goes on with what is done")]);
}
