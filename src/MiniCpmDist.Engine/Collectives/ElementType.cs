namespace MiniCpmDist.Engine.Collectives;

/// <summary>What the elements are that a link moves.</summary>
public enum ElementType
{
    /// <summary>Bytes, which a link moves and cannot sum.</summary>
    Byte,
    BFloat16,
    Float32,
    Float64,
}
