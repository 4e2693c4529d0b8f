using System.IO.MemoryMappedFiles;

namespace MiniCpmDist.Data.TokenFolders;

/// <summary>A file of a data folder, mapped for reading by several threads.</summary>
internal sealed class MappedFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    public MappedFile(string path)
    {
        Path = path;
        Length = new FileInfo(path).Length;
        _file = MemoryMappedFile.CreateFromFile(
            path, FileMode.Open, mapName: null, capacity: 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
    }

    public string Path { get; }

    /// <summary>The file's length in bytes.</summary>
    public long Length { get; }

    /// <summary>Copies the values from byte <paramref name="at"/> on.</summary>
    public void Read<T>(long at, Span<T> values) where T : unmanaged =>
        _view.SafeMemoryMappedViewHandle.ReadSpan((ulong)at, values);

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
