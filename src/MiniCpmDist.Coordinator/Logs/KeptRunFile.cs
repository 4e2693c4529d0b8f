using System.Buffers.Binary;
using System.IO.Hashing;
using Google.Protobuf;
using MiniCpmDist.Coordinator.V1;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Coordinator.Logs;

/// <summary>
/// <c>histories/NAME.history</c>, all numbers little-endian: the magic <c>MCDHIST1</c>, the format int32, the CRC-32 of
/// what follows uint32, and a <see cref="KeptRun"/>.
/// </summary>
internal static class KeptRunFile
{
    /// <summary>The format that this program writes, and the newest that it reads.</summary>
    public const int Format = 1;

    private const int HeaderBytes = 16;
    private const int FormatAt = 8;
    private const int SumAt = 12;

    private static ReadOnlySpan<byte> Magic => "MCDHIST1"u8;

    public static byte[] Write(KeptRun run)
    {
        var file = new byte[HeaderBytes + run.CalculateSize()];
        Magic.CopyTo(file);
        run.WriteTo(file.AsSpan(HeaderBytes));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(FormatAt), Format);
        BinaryPrimitives.WriteUInt32LittleEndian(
            file.AsSpan(SumAt), Crc32.HashToUInt32(file.AsSpan(HeaderBytes)));
        return file;
    }

    /// <summary>Null where it is damaged.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="where">Its name, for problems.</param>
    /// <exception cref="ConfigurationException">A newer version of the program wrote it.</exception>
    public static KeptRun? Read(ReadOnlySpan<byte> file, string where)
    {
        if (file.Length < HeaderBytes || !file.StartsWith(Magic))
            return null;
        FormatVersion.Require(BinaryPrimitives.ReadInt32LittleEndian(file[FormatAt..]), Format, where);
        var content = file[HeaderBytes..];
        if (Crc32.HashToUInt32(content) != BinaryPrimitives.ReadUInt32LittleEndian(file[SumAt..]))
            return null;
        try
        {
            return KeptRun.Parser.ParseFrom(content);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
