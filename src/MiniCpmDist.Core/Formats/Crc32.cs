using System.Buffers.Binary;

namespace MiniCpmDist.Core.Formats;

/// <summary>
/// CRC-32 as zlib, gzip and PNG have it (reflected polynomial 0xEDB88320), eight bytes at a time over eight tables
/// ("slicing by 8"): System.IO.Hashing is a package, and this one must not cost a dependency.
/// </summary>
public sealed class Crc32
{
    private const uint Polynomial = 0xEDB88320;
    private const int Slices = 8;
    private const int Octets = 256;
    private static readonly uint[] s_tables = MakeTables();

    private uint _state = uint.MaxValue;

    /// <summary>The checksum of everything appended so far.</summary>
    public uint Value => ~_state;

    /// <summary>The checksum of one piece.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes) => ~Update(uint.MaxValue, bytes);

    public void Append(ReadOnlySpan<byte> bytes) => _state = Update(_state, bytes);

    private static uint Update(uint state, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<uint> tables = s_tables;
        for (; bytes.Length >= Slices; bytes = bytes[Slices..])
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ state;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            state = tables[7 * Octets + (byte)low] ^ tables[6 * Octets + (byte)(low >> 8)]
                ^ tables[5 * Octets + (byte)(low >> 16)] ^ tables[4 * Octets + (byte)(low >> 24)]
                ^ tables[3 * Octets + (byte)high] ^ tables[2 * Octets + (byte)(high >> 8)]
                ^ tables[Octets + (byte)(high >> 16)] ^ tables[(byte)(high >> 24)];
        }
        foreach (var octet in bytes)
            state = tables[(byte)(state ^ octet)] ^ (state >> 8);
        return state;
    }

    // Table k holds the checksum of a byte followed by k zero bytes.
    private static uint[] MakeTables()
    {
        var tables = new uint[Slices * Octets];
        for (var octet = 0u; octet < Octets; octet++)
        {
            var value = octet;
            for (var bit = 0; bit < 8; bit++)
                value = (value >> 1) ^ ((value & 1) * Polynomial);
            tables[octet] = value;
        }
        for (var at = Octets; at < tables.Length; at++)
            tables[at] = tables[(byte)tables[at - Octets]] ^ (tables[at - Octets] >> 8);
        return tables;
    }
}
