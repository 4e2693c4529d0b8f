namespace MiniCpmDist.Data.Building;

/// <summary>A new file that is written front to back.</summary>
internal sealed class PackedFile(string path) : IDisposable
{
    private const int BufferBytes = 1 << 20;
    private readonly FileStream _file = new(
        path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, BufferBytes);

    public string Name => _file.Name;

    public void Write(ReadOnlySpan<byte> bytes) => _file.Write(bytes);

    /// <summary>Appends all of another file and removes that file.</summary>
    public void TakeOver(PackedFile other)
    {
        other._file.Flush();
        other._file.Position = 0;
        other._file.CopyTo(_file);
        other.Dispose();
        File.Delete(other.Name);
    }

    /// <summary>Replaces the first bytes.</summary>
    public void Rewrite(ReadOnlySpan<byte> first)
    {
        _file.Position = 0;
        _file.Write(first);
        _file.Position = _file.Length;
    }

    /// <summary>Syncs the file to the disk and closes it.</summary>
    public void Finish()
    {
        _file.Flush(flushToDisk: true);
        _file.Dispose();
    }

    public void Dispose() => _file.Dispose();
}
