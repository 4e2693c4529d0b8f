using System.Buffers.Binary;
using System.IO.Hashing;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Images;
using MiniCpmDist.Data.Building;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Data.TokenFolders;
using ZstdSharp;

namespace MiniCpmDist.Data.ImageChat;

/// <summary>
/// Writes the parts of pictures of a split, one block a sequence, and in front of them where each begins.
/// </summary>
internal sealed class ImagePartsWriter : IDisposable
{
    // Parts of photographs shrink by a third, those of drawings to a hundredth; higher levels gain little.
    private const int Level = 3;

    private readonly PackedFile _file;
    private readonly PackedFile _blocks;
    private readonly List<(long Size, uint Checksum)> _table = [];

    public ImagePartsWriter(string folder, string name)
    {
        _file = new PackedFile(Path.Combine(folder, name + ".images"));
        _blocks = new PackedFile(Path.Combine(folder, name + ".images.blocks"));
    }

    /// <summary>Name of the file within the folder.</summary>
    public string Name => Path.GetFileName(_file.Name);

    /// <summary>Parts so far.</summary>
    public long Parts { get; private set; }

    /// <summary>The block of a sequence; threads may make several at once.</summary>
    public static byte[] Block(IReadOnlyList<PlacedPart> parts)
    {
        using var compressor = new Compressor(Level);
        return compressor.Wrap(ImageTable.Write(parts)).ToArray();
    }

    /// <summary>Appends the block of the next sequence.</summary>
    public void Append(byte[] block, int parts)
    {
        _table.Add((block.Length, Crc32.HashToUInt32(block)));
        _blocks.Write(block);
        Parts += parts;
    }

    /// <summary>Writes what is pending down to the disk.</summary>
    /// <returns>The file's SHA-256.</returns>
    public string Finish()
    {
        Span<byte> entry = stackalloc byte[ImageParts.EntryBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(entry, ImageParts.Magic);
        BinaryPrimitives.WriteInt64LittleEndian(entry[sizeof(ulong)..], _table.Count);
        _file.Write(entry);
        var at = ImageParts.HeaderBytes + (long)_table.Count * ImageParts.EntryBytes;
        foreach (var (size, checksum) in _table)
        {
            BinaryPrimitives.WriteInt64LittleEndian(entry, at);
            BinaryPrimitives.WriteInt64LittleEndian(entry[sizeof(ulong)..], size | (long)checksum << 32);
            _file.Write(entry);
            at += size;
        }
        _file.TakeOver(_blocks);
        _file.Finish();
        return SyncedFile.HashOf(_file.Name);
    }

    public void Dispose()
    {
        _file.Dispose();
        _blocks.Dispose();
    }
}
