using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace MiniCpmDist.Core.Formats;

/// <summary>
/// Records of TensorBoard's event files: each is a length, a message <c>tensorflow.Event</c> in protobuf's encoding,
/// and the masked CRC-32C of both (the format of TFRecord files).
/// </summary>
public static class TensorBoardEvent
{
    /// <summary>The first record of every file.</summary>
    public static byte[] Version(double time) => Record(Event(time, 0, 3, "brain.Event:2"u8));

    /// <summary>Says that a process goes on at a step: what earlier files have from there on counts no more.</summary>
    public static byte[] Start(double time, long step) => Record(Event(time, step, 7, [0x08, 0x01]));

    /// <summary>Numbers of a step.</summary>
    /// <param name="time">Unix time in seconds.</param>
    /// <param name="step">The step.</param>
    /// <param name="scalars">Tags and values. The format keeps float32.</param>
    public static byte[] Scalars(double time, long step, IEnumerable<(string Tag, double Value)> scalars)
    {
        var summary = new List<byte>();
        foreach (var (tag, value) in scalars)
        {
            var entry = new List<byte>();
            AddBytes(entry, 1, Encoding.UTF8.GetBytes(tag));
            entry.Add((2 << 3) | 5);
            AddFixed(entry, BitConverter.SingleToUInt32Bits((float)value));
            AddBytes(summary, 1, [.. entry]);
        }
        return Record(Event(time, step, 5, [.. summary]));
    }

    /// <summary>CRC-32C of some bytes, as these files mask it.</summary>
    public static uint MaskedCrc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
            crc = BitOperations.Crc32C(crc, value);
        return BitOperations.RotateRight(~crc, 15) + 0xa282ead8;
    }

    private static byte[] Event(double time, long step, int field, ReadOnlySpan<byte> content)
    {
        var message = new List<byte> { (1 << 3) | 1 };
        var bits = BitConverter.DoubleToUInt64Bits(time);
        AddFixed(message, (uint)bits);
        AddFixed(message, (uint)(bits >> 32));
        message.Add(2 << 3);
        AddVarint(message, (ulong)step);
        AddBytes(message, field, content);
        return [.. message];
    }

    private static byte[] Record(byte[] message)
    {
        const int Frame = 16;
        var record = new byte[message.Length + Frame];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)message.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), MaskedCrc(record.AsSpan(0, 8)));
        message.CopyTo(record.AsSpan(12));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + message.Length), MaskedCrc(message));
        return record;
    }

    private static void AddBytes(List<byte> message, int field, ReadOnlySpan<byte> content)
    {
        message.Add((byte)((field << 3) | 2));
        AddVarint(message, (ulong)content.Length);
        message.AddRange(content);
    }

    private static void AddVarint(List<byte> message, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            message.Add((byte)(value | 0x80));
        message.Add((byte)value);
    }

    private static void AddFixed(List<byte> message, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        message.AddRange(bytes);
    }
}
