using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Coordinator.Logs;

/// <summary>A folder of the file system.</summary>
internal sealed class LogFolder(string path) : ILogFiles
{
    // A coordinator rewrites its log long before this size; a larger file is not its own.
    private const int LargestBytes = 256 << 20;

    public IReadOnlyList<string> Names() =>
        Directory.Exists(path) ? [.. Directory.EnumerateFiles(path).Select(file => Path.GetFileName(file))] : [];

    public byte[] Read(string name) => File.Exists(Of(name)) ? RegularFile.ReadBytes(Of(name), LargestBytes) : [];

    public void Append(string name, ReadOnlySpan<byte> bytes)
    {
        using var file = new FileStream(Of(name), FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        file.Write(bytes);
    }

    public void Sync(string name)
    {
        using var file = new FileStream(Of(name), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Flush(flushToDisk: true);
    }

    public void Truncate(string name, long length)
    {
        using var file = new FileStream(Of(name), FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        file.SetLength(length);
        file.Flush(flushToDisk: true);
    }

    public void Replace(string name, string replacement) => File.Move(Of(replacement), Of(name), overwrite: true);

    public void Delete(string name) => File.Delete(Of(name));

    private string Of(string name) => Path.Combine(path, name);
}
