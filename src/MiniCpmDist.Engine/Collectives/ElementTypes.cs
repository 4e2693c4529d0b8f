namespace MiniCpmDist.Engine.Collectives;

/// <summary>Sizes of elements.</summary>
public static class ElementTypes
{
    /// <summary>Bytes of one element.</summary>
    public static int Size(this ElementType type) => type switch
    {
        ElementType.Byte => 1,
        ElementType.BFloat16 => 2,
        ElementType.Float32 => 4,
        ElementType.Float64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Expected a type of elements."),
    };

    /// <summary>Bytes of so many elements, as an offset between addresses.</summary>
    public static nint Bytes(this ElementType type, long count) => checked((nint)(count * type.Size()));
}
