using System.Buffers.Binary;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Formats;

/// <summary>
/// The first <see cref="Size"/> bytes of the index beside a token file, little-endian: magic <c>MCDINDX1</c>, format
/// (int32), zeros (int32), number of sequences n (int64), number of parts (int64). Then, without gaps: the first part
/// of each sequence and the number of parts (n + 1 uint64), the CRC-32 (zlib's) of each sequence's bytes in the token
/// file (n uint32), and the parts (<see cref="SequencePart"/>).
/// </summary>
/// <param name="SequenceCount">Sequences in the token file.</param>
/// <param name="PartCount">Parts of all of them.</param>
public sealed record TokenIndexHeader(long SequenceCount, long PartCount)
{
    /// <summary>Bytes of the header.</summary>
    public const int Size = 32;

    /// <summary>The only format that this program writes and reads.</summary>
    public const int Format = 2;

    private const string Rebuild = "build the data again with `minicpm data build`";
    private const int FormatAt = 8;
    private const int SequenceCountAt = 16;
    private const int PartCountAt = 24;

    private static ReadOnlySpan<byte> Magic => "MCDINDX1"u8;

    /// <summary>The byte at which the CRCs begin.</summary>
    public long ChecksumsAt => Size + (SequenceCount + 1) * sizeof(ulong);

    /// <summary>The byte at which the parts begin.</summary>
    public long PartsAt => ChecksumsAt + SequenceCount * sizeof(uint);

    /// <summary>Bytes of the whole file.</summary>
    public long FileBytes => PartsAt + PartCount * SequencePart.Size;

    public byte[] Write()
    {
        var bytes = new byte[Size];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(FormatAt), Format);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(SequenceCountAt), SequenceCount);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(PartCountAt), PartCount);
        return bytes;
    }

    /// <param name="bytes">The beginning of the file; fewer than <see cref="Size"/> bytes are a problem.</param>
    /// <param name="source">The file's path, for errors.</param>
    /// <exception cref="ConfigurationException">It is no index, is damaged,
    /// or another version of the program wrote it.</exception>
    public static TokenIndexHeader Read(ReadOnlySpan<byte> bytes, string source)
    {
        if (bytes.Length < Size || !bytes.StartsWith(Magic))
        {
            throw new ConfigurationException([new Problem(
                source, "the index of a token file (it begins with MCDINDX1)",
                bytes.Length < Size ? $"{bytes.Length} bytes" : "another beginning", Rebuild)]);
        }
        var format = BinaryPrimitives.ReadInt32LittleEndian(bytes[FormatAt..]);
        FormatVersion.Require(format, Format, source);
        var header = new TokenIndexHeader(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[SequenceCountAt..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[PartCountAt..]));
        const long Most = long.MaxValue / 64;
        if (format < Format || header.SequenceCount is < 0 or > Most || header.PartCount is < 0 or > Most)
        {
            throw new ConfigurationException([new Problem(
                source, $"format {Format} and counts that are not negative",
                $"format {format}, {header.SequenceCount} sequences, {header.PartCount} parts", Rebuild)]);
        }
        return header;
    }
}
