using Microsoft.Win32.SafeHandles;

namespace MiniCpmDist.Native.Posix;

/// <summary>
/// Writes stretches of a file that other processes write other stretches of. Whole blocks go past the page cache; the
/// ends of a stretch, which share a block with a neighbour's, go through it.
/// </summary>
public sealed class DirectWriter : IDisposable
{
    private const int BlockBytes = 4 << 20;

    private readonly SafeFileHandle _cached;
    private readonly SafeFileHandle? _direct;
    private readonly AlignedBlock _block = new(BlockBytes);

    // The file's bytes from _start to _end wait in the block. The block begins at a multiple of the alignment.
    private long _start;
    private long _end;

    /// <summary>Creates the file, or opens it if another process has created it.</summary>
    public DirectWriter(string path)
    {
        // Several processes write one file, each its own bytes; none may lock the others out.
        _cached = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        _direct = DirectFile.TryOpen(path, FileAccess.Write);
    }

    /// <summary>True if writes can go past the page cache on this file system.</summary>
    public bool IsDirect => _direct is not null;

    /// <summary>Adds bytes; those that follow on the ones before make one stretch with them.</summary>
    public void Write(long position, ReadOnlySpan<byte> bytes)
    {
        if (position != _end)
        {
            Flush();
            (_start, _end) = (position, position);
        }
        while (!bytes.IsEmpty)
        {
            var offset = (int)(_end - BlockStart);
            var count = Math.Min(bytes.Length, BlockBytes - offset);
            bytes[..count].CopyTo(_block.Bytes[offset..]);
            bytes = bytes[count..];
            _end += count;
            if (offset + count == BlockBytes)
                Flush();
        }
    }

    /// <summary>Syncs the file: everything is on the disk when the call returns.</summary>
    public void FlushToDisk()
    {
        Flush();
        RandomAccess.FlushToDisk(_cached);
    }

    public void Dispose()
    {
        _block.Dispose();
        _direct?.Dispose();
        _cached.Dispose();
    }

    private long BlockStart => Down(_start);

    private void Flush()
    {
        var (first, last) = (Math.Min(Up(_start), _end), Math.Max(Down(_end), Math.Min(Up(_start), _end)));
        Put(_cached, _start, first);
        Put(_direct ?? _cached, first, last);
        Put(_cached, last, _end);
        _start = _end;
    }

    private void Put(SafeFileHandle handle, long from, long to)
    {
        if (from < to)
            RandomAccess.Write(handle, _block.Bytes[(int)(from - BlockStart)..(int)(to - BlockStart)], from);
    }

    private static long Down(long position) => position / DirectFile.Alignment * DirectFile.Alignment;

    private static long Up(long position) => Down(position + DirectFile.Alignment - 1);
}
