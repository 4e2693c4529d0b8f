using System.Buffers.Binary;
using System.IO.Hashing;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Images;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;
using ZstdSharp;

namespace MiniCpmDist.Data.TokenFolders;

/// <summary>The parts of pictures of a split, sequence by sequence. Several threads may read at once.</summary>
internal sealed class ImageParts : IDisposable
{
    /// <summary>The first bytes of the file: <c>MCDIMGS1</c>.</summary>
    public const ulong Magic = 0x3153474d4944434d;

    /// <summary>Bytes in front of the table: the mark, and the number of sequences.</summary>
    public const int HeaderBytes = 2 * sizeof(ulong);

    /// <summary>
    /// Bytes of the table for each sequence: where its block begins, and the block's CRC-32 and size.
    /// </summary>
    public const int EntryBytes = 2 * sizeof(ulong);

    /// <summary>Bytes of a sequence's parts at most.</summary>
    public const int MostBytes = 1 << 30;

    private readonly MappedFile _file;
    private readonly DataImages _images;
    private readonly int _sequenceLength;

    private ImageParts(MappedFile file, DataImages images, int sequenceLength) =>
        (_file, _images, _sequenceLength) = (file, images, sequenceLength);

    /// <summary>Opens the file of a split and compares it with the manifest.</summary>
    /// <exception cref="ConfigurationException">It is missing, cut short, or another one.</exception>
    public static ImageParts Open(string folder, DataManifest manifest, string split)
    {
        var images = manifest.Images!;
        var path = Path.Combine(folder, split == "train" ? images.TrainFile : images.HeldOutFile);
        var sequences = manifest.Split(split).Sequences;
        var header = DataFolderChecks.Beginning(path, HeaderBytes);
        if (header.Length < HeaderBytes || BinaryPrimitives.ReadUInt64LittleEndian(header) != Magic
            || BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(sizeof(ulong))) != sequences)
            throw DataFolderChecks.Changed(path, $"pictures of {sequences} sequences, as the manifest says", "others");
        if (new FileInfo(path).Length < HeaderBytes + sequences * EntryBytes)
            throw DataFolderChecks.Changed(path, "a table of all sequences", "a shorter file");
        return new ImageParts(new MappedFile(path), images, manifest.SequenceLength);
    }

    /// <summary>A problem where the file is not the one that was built, as far as can be seen quickly.</summary>
    public void Check(ProblemCollector problems, bool everything = false)
    {
        if (!everything && _file.Length > DataFolderChecks.HashedWholeBytes)
            return;
        var expected = Path.GetFileName(_file.Path) == _images.TrainFile ? _images.TrainSha256 : _images.HeldOutSha256;
        var found = SyncedFile.HashOf(_file.Path);
        problems.Require(
            found == expected, _file.Path, $"SHA-256 {expected}, as the manifest says",
            $"{found}: changed after the build", "copy the folder again, or build the data again");
    }

    /// <summary>The parts of a sequence; their positions count from its beginning.</summary>
    /// <exception cref="ConfigurationException">They are not those that were built.</exception>
    public IReadOnlyList<PlacedPart> Read(long sequence)
    {
        Span<long> entry = stackalloc long[EntryBytes / sizeof(long)];
        _file.Read(HeaderBytes + sequence * EntryBytes, entry);
        var (at, size, checksum) = (entry[0], (int)(entry[1] & uint.MaxValue), (uint)(entry[1] >>> 32));
        if (at < HeaderBytes || size < 0 || at > _file.Length - size)
            throw Damaged(sequence, "a block outside the file");
        var packed = new byte[size];
        _file.Read<byte>(at, packed);
        if (Crc32.HashToUInt32(packed) != checksum)
            throw Damaged(sequence, "another CRC-32");
        try
        {
            using var decompressor = new Decompressor();
            return ImageTable.Read(
                decompressor.Unwrap(packed, MostBytes), _sequenceLength, _images.Queries, _images.Patch);
        }
        catch (Exception exception) when (exception is FormatException or ZstdException)
        {
            throw Damaged(sequence, exception.Message);
        }
    }

    public void Dispose() => _file.Dispose();

    private ConfigurationException Damaged(long sequence, string found) => DataFolderChecks.Changed(
        _file.Path, $"the pictures of sequence {sequence} as they were built", found.TrimEnd('.'));
}
