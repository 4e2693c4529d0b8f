using System.Buffers.Binary;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Data.Building;

/// <summary>
/// Writes an index. Its three tables grow together, so the second and the third wait in files of their own: the index
/// of a trillion tokens would not fit in memory.
/// </summary>
internal sealed class IndexWriter : IDisposable
{
    private readonly long _sequences;
    private readonly PackedFile _index;
    private readonly PackedFile _checksums;
    private readonly PackedFile _parts;
    private long _partCount;

    public IndexWriter(string path, long sequences)
    {
        _sequences = sequences;
        _index = new PackedFile(path);
        _checksums = new PackedFile(path + ".checksums");
        _parts = new PackedFile(path + ".parts");
        _index.Write(new byte[TokenIndexHeader.Size]);
    }

    public string Name => _index.Name;

    public void Append(uint checksum, IReadOnlyList<SequencePart> parts)
    {
        AppendFirstPart();
        Span<byte> bytes = stackalloc byte[SequencePart.Size];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, checksum);
        _checksums.Write(bytes[..sizeof(uint)]);
        foreach (var part in parts)
        {
            part.Write(bytes);
            _parts.Write(bytes);
        }
        _partCount += parts.Count;
    }

    /// <summary>Joins the tables and writes the header.</summary>
    /// <returns>The number of parts and the SHA-256 of the file.</returns>
    public (long Parts, string Sha256) Finish()
    {
        AppendFirstPart();
        _index.TakeOver(_checksums);
        _index.TakeOver(_parts);
        _index.Rewrite(new TokenIndexHeader(_sequences, _partCount).Write());
        _index.Finish();
        return (_partCount, SyncedFile.HashOf(_index.Name));
    }

    public void Dispose()
    {
        _index.Dispose();
        _checksums.Dispose();
        _parts.Dispose();
    }

    private void AppendFirstPart()
    {
        Span<byte> first = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(first, (ulong)_partCount);
        _index.Write(first);
    }
}
