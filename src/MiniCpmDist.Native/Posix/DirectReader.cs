namespace MiniCpmDist.Native.Posix;

/// <summary>Reads a file from its beginning to its end, past the page cache where the file system can.</summary>
public static class DirectReader
{
    private const int BlockBytes = 4 << 20;

    /// <summary>Returns the bytes block by block; a block is valid until the next one comes.</summary>
    /// <returns>Bytes of the file.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static long Read(string path, Action<ReadOnlySpan<byte>> take)
    {
        using var cached = RegularFile.Open(path, bufferBytes: 0);
        using var direct = DirectFile.TryOpen(path, FileAccess.Read);
        var handle = direct ?? cached.SafeFileHandle;
        using var block = new AlignedBlock(BlockBytes);
        for (var position = 0L; ;)
        {
            var count = RandomAccess.Read(handle, block.Bytes, position);
            take(block.Bytes[..count]);
            position += count;
            // A direct read must not begin in the middle of a block, and only the end of the file leaves it there.
            if (count == 0 || count % DirectFile.Alignment != 0)
                return position;
        }
    }
}
