using System.Buffers.Binary;

namespace MiniCpmDist.Data.Building;

/// <summary>One tokenized document of a unit.</summary>
/// <param name="Ids">Ids without begin and end.</param>
/// <param name="InputIds">How many of them are a pair's input; 0 for plain text.</param>
/// <param name="TextBytes">UTF-8 bytes of the text; of a pair, of both.</param>
/// <param name="LossBytes">UTF-8 bytes of what bears loss.</param>
/// <param name="IsHeldOut">Whether the document is held out.</param>
internal readonly record struct UnitDocument(int Ids, int InputIds, int TextBytes, int LossBytes, bool IsHeldOut)
{
    /// <summary>Bytes before a document's ids in a unit's file.</summary>
    public const int Size = 16;

    private const int HeldOutFlag = int.MinValue;

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes, Ids | (IsHeldOut ? HeldOutFlag : 0));
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], InputIds);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], TextBytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], LossBytes);
    }

    public static UnitDocument Read(ReadOnlySpan<byte> bytes)
    {
        var ids = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        return new UnitDocument(
            ids & ~HeldOutFlag,
            BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]),
            (ids & HeldOutFlag) != 0);
    }
}
