using System.Buffers.Binary;
using System.Security.Cryptography;
using MiniCpmDist.Core.Formats;

namespace MiniCpmDist.Engine.Data;

/// <summary>Writes a token file front to back; the header, which knows the number of tokens, comes last.</summary>
internal sealed class TokenFileWriter : IDisposable
{
    private const int BufferBytes = 1 << 20;
    private readonly FileStream _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly int _bytesPerToken;
    private int _filled;

    public TokenFileWriter(string path, int vocabularySize)
    {
        _bytesPerToken = TokenFileHeader.BytesFor(vocabularySize);
        _file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        _file.Write(new byte[TokenFileHeader.Size]);
    }

    public long Documents { get; private set; }

    public long Tokens { get; private set; }

    /// <summary>Appends a document: its begin, its ids, its end.</summary>
    public void Append(int begin, ReadOnlySpan<int> ids, int end)
    {
        Write(begin);
        foreach (var id in ids)
            Write(id);
        Write(end);
        Documents++;
    }

    /// <summary>Writes what is pending and the header, down to the disk.</summary>
    /// <returns>What the manifest says about the file; its hash is that of the ids, without the header.</returns>
    public DataSplit Finish()
    {
        Flush();
        _file.Position = 0;
        _file.Write(new TokenFileHeader(_bytesPerToken, Tokens).Write());
        _file.Flush(flushToDisk: true);
        return new DataSplit(
            Path.GetFileName(_file.Name), Documents, Tokens, Convert.ToHexStringLower(_hash.GetHashAndReset()));
    }

    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
    }

    private void Write(int id)
    {
        if (_filled + _bytesPerToken > _buffer.Length)
            Flush();
        var place = _buffer.AsSpan(_filled);
        if (_bytesPerToken == sizeof(ushort))
            BinaryPrimitives.WriteUInt16LittleEndian(place, checked((ushort)id));
        else
            BinaryPrimitives.WriteInt32LittleEndian(place, id);
        _filled += _bytesPerToken;
        Tokens++;
    }

    private void Flush()
    {
        var bytes = _buffer.AsSpan(0, _filled);
        _hash.AppendData(bytes);
        _file.Write(bytes);
        _filled = 0;
    }
}
