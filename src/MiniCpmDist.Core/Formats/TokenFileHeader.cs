using System.Buffers.Binary;
using MiniCpmDist.Core.Configuration;

namespace MiniCpmDist.Core.Formats;

/// <summary>
/// The first <see cref="Size"/> bytes of a token file, little-endian: magic <c>MCDTOKS1</c>, format (int32), bytes per
/// token (int32), number of tokens (int64), zeros. Token ids follow without gaps.
/// </summary>
/// <param name="BytesPerToken">2 or 4.</param>
/// <param name="TokenCount">Tokens in the file.</param>
public sealed record TokenFileHeader(int BytesPerToken, long TokenCount)
{
    /// <summary>Bytes of the header; a multiple of any token's size.</summary>
    public const int Size = 32;

    /// <summary>The format that this program writes, and the newest that it reads.</summary>
    public const int Format = 1;

    private const int FormatAt = 8;
    private const int BytesPerTokenAt = 12;
    private const int TokenCountAt = 16;

    private static ReadOnlySpan<byte> Magic => "MCDTOKS1"u8;

    /// <summary>Bytes of the whole file.</summary>
    public long FileBytes => Size + TokenCount * BytesPerToken;

    /// <summary>Two bytes where all ids fit in them, four elsewhere.</summary>
    public static int BytesFor(int vocabularySize) =>
        vocabularySize <= ushort.MaxValue + 1 ? sizeof(ushort) : sizeof(int);

    public byte[] Write()
    {
        var bytes = new byte[Size];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(FormatAt), Format);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(BytesPerTokenAt), BytesPerToken);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(TokenCountAt), TokenCount);
        return bytes;
    }

    /// <param name="bytes">The beginning of the file; fewer than <see cref="Size"/> bytes are a fault.</param>
    /// <param name="source">The file's path, for errors.</param>
    /// <exception cref="ConfigurationException">It is no token file, is damaged,
    /// or a newer version of the program wrote it.</exception>
    public static TokenFileHeader Read(ReadOnlySpan<byte> bytes, string source)
    {
        if (bytes.Length < Size || !bytes.StartsWith(Magic))
        {
            throw new ConfigurationException([new Fault(
                source, "a token file (it begins with MCDTOKS1)",
                bytes.Length < Size ? $"{bytes.Length} bytes" : "another beginning",
                "build the data again with `minicpm data build`")]);
        }
        FormatVersion.Require(BinaryPrimitives.ReadInt32LittleEndian(bytes[FormatAt..]), Format, source);
        var header = new TokenFileHeader(
            BinaryPrimitives.ReadInt32LittleEndian(bytes[BytesPerTokenAt..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[TokenCountAt..]));
        if (header.BytesPerToken is not (sizeof(ushort) or sizeof(int))
            || header.TokenCount is < 0 or > long.MaxValue / 8)
        {
            throw new ConfigurationException([new Fault(
                source, "2 or 4 bytes per token and a number of tokens",
                $"{header.BytesPerToken} bytes per token, {header.TokenCount} tokens",
                "build the data again with `minicpm data build`")]);
        }
        return header;
    }
}
