using System.Buffers.Binary;

namespace MiniCpmDist.Core.Formats;

/// <summary>
/// A stretch of one document inside one sequence. Its targets are its own ids from the second on, and then
/// <paramref name="LastTarget"/>.
/// </summary>
/// <param name="Length">Positions, 1 or more.</param>
/// <param name="LastTarget">Target of the last position.</param>
/// <param name="LossStart">First position of the part that bears loss.</param>
/// <param name="LossEnd">Position after the last one that does; equal to the start (both 0) where none does.</param>
/// <param name="GoesOn">
/// The next part of the sequence belongs to the same document: attention and positions go on. A conversation has a part
/// for each answer. On disk the last target t of such a part is written as -1 - t.
/// </param>
public readonly record struct SequencePart(
    int Length, int LastTarget, int LossStart, int LossEnd, bool GoesOn = false)
{
    /// <summary>Bytes of a part in an index file.</summary>
    public const int Size = 16;

    private const int LastTargetAt = 4;
    private const int LossStartAt = 8;
    private const int LossEndAt = 12;

    /// <summary>Positions that bear loss.</summary>
    public int LossTokens => LossEnd - LossStart;

    /// <summary>Little-endian, in the order of the parameters.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes, Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[LastTargetAt..], GoesOn ? ~LastTarget : LastTarget);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[LossStartAt..], LossStart);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[LossEndAt..], LossEnd);
    }

    /// <summary>The part that <see cref="Write"/> wrote.</summary>
    public static SequencePart Read(ReadOnlySpan<byte> bytes)
    {
        var lastTarget = BinaryPrimitives.ReadInt32LittleEndian(bytes[LastTargetAt..]);
        return new SequencePart(
            BinaryPrimitives.ReadInt32LittleEndian(bytes),
            lastTarget < 0 ? ~lastTarget : lastTarget,
            BinaryPrimitives.ReadInt32LittleEndian(bytes[LossStartAt..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[LossEndAt..]),
            lastTarget < 0);
    }

    /// <summary>False for what no packer writes: a damaged index.</summary>
    public bool IsSound => Length > 0 && LossStart >= 0 && LossEnd >= LossStart && LossEnd <= Length;
}
