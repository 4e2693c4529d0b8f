using System.Buffers;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Data.TokenFolders;

/// <summary>Parts and checksums of the sequences of a split.</summary>
internal sealed class TokenIndex : IDisposable
{
    private readonly MappedFile _file;
    private readonly TokenIndexHeader _header;

    private TokenIndex(MappedFile file, TokenIndexHeader header) => (_file, _header) = (file, header);

    public string Path => _file.Path;

    public long Bytes => _file.Length;

    /// <summary>Opens the file and compares its header and size with the manifest.</summary>
    /// <exception cref="ConfigurationException">It is missing, cut short, or another one.</exception>
    public static TokenIndex Open(string path, DataSplit split)
    {
        var header = TokenIndexHeader.Read(DataFolderChecks.Beginning(path, TokenIndexHeader.Size), path);
        if (header != new TokenIndexHeader(split.Sequences, split.Parts))
        {
            throw DataFolderChecks.Changed(
                path, $"{split.Sequences} sequences of {split.Parts} parts, as the manifest says",
                $"{header.SequenceCount} of {header.PartCount}");
        }
        DataFolderChecks.RequireSize(path, header.FileBytes);
        return new TokenIndex(new MappedFile(path), header);
    }

    /// <summary>CRC-32 of a sequence's bytes.</summary>
    public uint Checksum(long index)
    {
        Span<uint> checksum = stackalloc uint[1];
        _file.Read(_header.ChecksumsAt + index * sizeof(uint), checksum);
        return checksum[0];
    }

    /// <summary>The parts of a sequence, in an array of the shared pool that the caller gives back.</summary>
    /// <exception cref="ConfigurationException">They are not parts that a build writes.</exception>
    public SequencePart[] Parts(long index, int sequenceLength, out int count)
    {
        Span<long> bounds = stackalloc long[2];
        _file.Read(TokenIndexHeader.Size + index * sizeof(ulong), bounds);
        var (first, end) = (bounds[0], bounds[1]);
        // Each part takes at least one position, so there cannot be more parts than positions.
        if (first < 0 || end <= first || end > _header.PartCount || end - first > sequenceLength)
            throw Damaged(index);
        count = (int)(end - first);
        var bytes = ArrayPool<byte>.Shared.Rent(count * SequencePart.Size);
        var parts = ArrayPool<SequencePart>.Shared.Rent(count);
        _file.Read(_header.PartsAt + first * SequencePart.Size, bytes.AsSpan(0, count * SequencePart.Size));
        var (length, isSound) = (0L, true);
        for (var i = 0; i < count; i++)
        {
            parts[i] = SequencePart.Read(bytes.AsSpan(i * SequencePart.Size));
            length += parts[i].Length;
            isSound &= parts[i].IsSound;
        }
        ArrayPool<byte>.Shared.Return(bytes);
        return isSound && length == sequenceLength ? parts : throw Damaged(index);
    }

    public void Dispose() => _file.Dispose();

    private ConfigurationException Damaged(long index) => DataFolderChecks.Changed(
        Path, $"the parts of sequence {index} as they were built", "others that do not add up");
}
