namespace MiniCpmDist.Engine.Collectives;

/// <summary>What the elements are that a link moves.</summary>
public enum ElementType
{
    /// <summary>Moved only; bytes have no sum.</summary>
    Byte,
    BFloat16,
    Float32,
    Float64,
}
