using System.Buffers.Binary;
using MiniCpmDist.Core.Formats;

namespace MiniCpmDist.Core.Tests.Formats;

public sealed class TensorBoardEventTests
{
    [Fact]
    public void The_checksum_is_crc_32c_as_tensorflow_masks_it()
    {
        // The published check value of CRC-32C is e3069283.
        const uint Crc = 0xe3069283;

        Assert.Equal(unchecked(((Crc >> 15) | (Crc << 17)) + 0xa282ead8), TensorBoardEvent.MaskedCrc("123456789"u8));
    }

    [Fact]
    public void A_record_is_length_message_and_the_checksums_of_both()
    {
        var record = TensorBoardEvent.Version(1.5);
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(record);

        Assert.Equal(record.Length - 16, length);
        Assert.Equal(
            TensorBoardEvent.MaskedCrc(record.AsSpan(0, 8)), BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan(8)));
        Assert.Equal(
            TensorBoardEvent.MaskedCrc(record.AsSpan(12, length)),
            BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan(12 + length)));
    }

    [Theory]
    [InlineData(0, "00")]
    [InlineData(300, "ac02")]
    [InlineData(long.MaxValue, "ffffffffffffffff7f")]
    public void Messages_are_in_protobufs_encoding(long step, string varint)
    {
        // wall_time 1.5, step, summary { value { tag "a", simple_value 0.5 } }; summary { } of the second is empty.
        Assert.Equal(
            "09000000000000f83f" + "10" + varint + "2a0a" + "0a08" + "0a0161" + "150000003f",
            Message(TensorBoardEvent.Scalars(1.5, step, [("a", 0.5)])));
        Assert.Equal(
            "09000000000000f83f" + "10" + varint + "3a02" + "0801", Message(TensorBoardEvent.Start(1.5, step)));
    }

    private static string Message(byte[] record) => Convert.ToHexStringLower(record.AsSpan()[12..^4]);
}
