using System.Buffers.Binary;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Formats;

/// <summary>
/// The first <see cref="Size"/> bytes of a token file, little-endian: magic <c>MCDTOKS1</c>, format (int32), bytes per
/// token (int32), number of sequences (int64), ids per sequence (int32), zeros. The sequences' ids follow without gaps.
/// </summary>
/// <param name="BytesPerToken">2 or 4.</param>
/// <param name="SequenceLength">Ids in a sequence, 1 or more.</param>
/// <param name="SequenceCount">Sequences in the file.</param>
public sealed record TokenFileHeader(int BytesPerToken, int SequenceLength, long SequenceCount)
{
    /// <summary>Bytes of the header; a multiple of any token's size.</summary>
    public const int Size = 32;

    /// <summary>The only format that this program writes and reads; format 1 had no sequences.</summary>
    public const int Format = 2;

    private const string Rebuild = "build the data again with `minicpm data build`";
    private const int FormatAt = 8;
    private const int BytesPerTokenAt = 12;
    private const int SequenceCountAt = 16;
    private const int SequenceLengthAt = 24;

    private static ReadOnlySpan<byte> Magic => "MCDTOKS1"u8;

    /// <summary>Bytes of a sequence.</summary>
    public long SequenceBytes => (long)SequenceLength * BytesPerToken;

    /// <summary>Bytes of the whole file.</summary>
    public long FileBytes => Size + SequenceCount * SequenceBytes;

    /// <summary>Two bytes where all ids fit in them, four elsewhere.</summary>
    public static int BytesFor(int vocabularySize) =>
        vocabularySize <= ushort.MaxValue + 1 ? sizeof(ushort) : sizeof(int);

    public byte[] Write()
    {
        var bytes = new byte[Size];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(FormatAt), Format);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(BytesPerTokenAt), BytesPerToken);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(SequenceCountAt), SequenceCount);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(SequenceLengthAt), SequenceLength);
        return bytes;
    }

    /// <param name="bytes">The beginning of the file; fewer than <see cref="Size"/> bytes are a problem.</param>
    /// <param name="source">The file's path, for errors.</param>
    /// <exception cref="ConfigurationException">It is no token file, is damaged,
    /// or another version of the program wrote it.</exception>
    public static TokenFileHeader Read(ReadOnlySpan<byte> bytes, string source)
    {
        if (bytes.Length < Size || !bytes.StartsWith(Magic))
        {
            throw new ConfigurationException([new Problem(
                source, "a token file (it begins with MCDTOKS1)",
                bytes.Length < Size ? $"{bytes.Length} bytes" : "another beginning", Rebuild)]);
        }
        var format = BinaryPrimitives.ReadInt32LittleEndian(bytes[FormatAt..]);
        FormatVersion.Require(format, Format, source);
        if (format < Format)
            throw new ConfigurationException([new Problem(source, $"format {Format}", $"format {format}", Rebuild)]);
        var header = new TokenFileHeader(
            BinaryPrimitives.ReadInt32LittleEndian(bytes[BytesPerTokenAt..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[SequenceLengthAt..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[SequenceCountAt..]));
        if (header.BytesPerToken is not (sizeof(ushort) or sizeof(int)) || header.SequenceLength < 1
            || header.SequenceCount < 0 || header.SequenceCount > long.MaxValue / 8 / header.SequenceLength)
        {
            throw new ConfigurationException([new Problem(
                source, "2 or 4 bytes per token and sequences of 1 or more tokens",
                $"{header.BytesPerToken} bytes per token, "
                + $"{header.SequenceCount} sequences of {header.SequenceLength} tokens",
                Rebuild)]);
        }
        return header;
    }
}
