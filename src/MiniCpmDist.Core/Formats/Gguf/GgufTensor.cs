namespace MiniCpmDist.Core.Formats.Gguf;

/// <summary>One tensor of a GGUF file.</summary>
/// <param name="Name">Such as <c>blk.0.attn_q.weight</c>.</param>
/// <param name="Type">How its numbers are stored.</param>
/// <param name="Dimensions">The innermost first, unlike everywhere else here: a matrix is [columns, rows].</param>
/// <param name="Offset">First byte, counted from where the data begins.</param>
public sealed record GgufTensor(string Name, GgufType Type, IReadOnlyList<long> Dimensions, long Offset)
{
    /// <summary>Numbers of the tensor.</summary>
    public long Elements => Dimensions.Aggregate(1L, (product, size) => checked(product * size));

    /// <summary>Bytes of its data.</summary>
    public long Bytes => Type.Bytes(Elements);

    /// <summary>Where the tensor after it may begin.</summary>
    public long End => GgufHeader.Aligned(Offset + Bytes);
}
