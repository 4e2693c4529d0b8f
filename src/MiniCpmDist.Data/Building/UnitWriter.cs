using System.Buffers.Binary;
using System.IO.Hashing;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Data.Building;

/// <summary>Writes the documents of a unit.</summary>
internal sealed class UnitWriter : IDisposable
{
    private const int BufferBytes = 1 << 20;
    private readonly Crc32 _checksum = new();
    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly string _path;
    private readonly string _temporary;
    private readonly FileStream _file;
    private readonly int _bytesPerToken;
    private int _filled;

    public UnitWriter(string path, int vocabularySize)
    {
        _path = path;
        _temporary = SyncedFile.Temporary(path);
        _file = new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        _bytesPerToken = TokenFileHeader.BytesFor(vocabularySize);
    }

    public UnitTotals Train { get; private set; } = UnitTotals.Zero;

    public UnitTotals HeldOut { get; private set; } = UnitTotals.Zero;

    public long Documents => Train.Documents + HeldOut.Documents;

    public void Append(UnitDocument document, ReadOnlySpan<int> ids)
    {
        document.Write(Room(UnitDocument.Size));
        foreach (var id in ids)
        {
            var room = Room(_bytesPerToken);
            if (_bytesPerToken == sizeof(ushort))
                BinaryPrimitives.WriteUInt16LittleEndian(room, checked((ushort)id));
            else
                BinaryPrimitives.WriteInt32LittleEndian(room, id);
        }
        if (document.IsHeldOut)
            HeldOut = HeldOut.Plus(document);
        else
            Train = Train.Plus(document);
    }

    /// <summary>Publishes the file.</summary>
    public (long Bytes, uint Checksum) Finish()
    {
        Flush();
        var bytes = _file.Length;
        _file.Flush(flushToDisk: true);
        _file.Dispose();
        SyncedFile.Publish(_temporary, _path);
        return (bytes, _checksum.GetCurrentHashAsUInt32());
    }

    public void Dispose() => _file.Dispose();

    private Span<byte> Room(int bytes)
    {
        if (_filled + bytes > _buffer.Length)
            Flush();
        _filled += bytes;
        return _buffer.AsSpan(_filled - bytes, bytes);
    }

    private void Flush()
    {
        var bytes = _buffer.AsSpan(0, _filled);
        _checksum.Append(bytes);
        _file.Write(bytes);
        _filled = 0;
    }
}
