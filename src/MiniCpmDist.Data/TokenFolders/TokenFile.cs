using System.Buffers;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Data.TokenFolders;

/// <summary>The ids of a split.</summary>
internal sealed class TokenFile : IDisposable
{
    private readonly MappedFile _file;

    private TokenFile(MappedFile file, TokenFileHeader header) => (_file, Header) = (file, header);

    public TokenFileHeader Header { get; }

    public string Path => _file.Path;

    public long Bytes => _file.Length;

    /// <summary>Opens the file and compares its header and size with the manifest.</summary>
    /// <exception cref="ConfigurationException">It is missing, cut short, or another one.</exception>
    public static TokenFile Open(string path, DataManifest manifest, DataSplit split)
    {
        var header = TokenFileHeader.Read(DataFolderChecks.Beginning(path, TokenFileHeader.Size), path);
        var expected = new TokenFileHeader(
            TokenFileHeader.BytesFor(manifest.Tokenizer.Pieces), manifest.SequenceLength, split.Sequences);
        if (header != expected)
            throw DataFolderChecks.Changed(path, Describe(expected) + ", as the manifest says", Describe(header));
        DataFolderChecks.RequireSize(path, header.FileBytes);
        return new TokenFile(new MappedFile(path), header);
    }

    /// <summary>Reads a sequence's ids and compares them with their checksum.</summary>
    /// <exception cref="ConfigurationException">They are not those that were built.</exception>
    public void Read(long index, Span<long> ids, uint checksum)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)Header.SequenceBytes);
        var bytes = buffer.AsSpan(0, (int)Header.SequenceBytes);
        _file.Read(TokenFileHeader.Size + index * Header.SequenceBytes, bytes);
        var found = Crc32.HashToUInt32(bytes);
        if (found != checksum)
        {
            throw DataFolderChecks.Changed(
                Path, $"sequence {index} as it was built (CRC-32 {checksum:x8})", $"CRC-32 {found:x8}");
        }
        if (Header.BytesPerToken == sizeof(ushort))
            Widen(MemoryMarshal.Cast<byte, ushort>(bytes), ids);
        else
            Widen(MemoryMarshal.Cast<byte, int>(bytes), ids);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>True where a sequence is as it was built.</summary>
    public bool IsIntact(long index, uint checksum)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)Header.SequenceBytes);
        var bytes = buffer.AsSpan(0, (int)Header.SequenceBytes);
        _file.Read(TokenFileHeader.Size + index * Header.SequenceBytes, bytes);
        var found = Crc32.HashToUInt32(bytes);
        ArrayPool<byte>.Shared.Return(buffer);
        return found == checksum;
    }

    public void Dispose() => _file.Dispose();

    private static void Widen(ReadOnlySpan<ushort> narrow, Span<long> ids)
    {
        for (var i = 0; i < ids.Length; i++)
            ids[i] = narrow[i];
    }

    private static void Widen(ReadOnlySpan<int> narrow, Span<long> ids)
    {
        for (var i = 0; i < ids.Length; i++)
            ids[i] = narrow[i];
    }

    private static string Describe(TokenFileHeader header) =>
        $"{header.SequenceCount} sequences of {header.SequenceLength} tokens of {header.BytesPerToken} bytes";
}
