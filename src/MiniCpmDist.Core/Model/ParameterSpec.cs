namespace MiniCpmDist.Core.Model;

/// <summary>One parameter tensor of a model.</summary>
/// <param name="Name">Name in Hugging Face's MiniCPM, such as <c>model.layers.0.self_attn.q_proj.weight</c>.</param>
/// <param name="Shape">Dimensions; a projection is <c>[out, in]</c>.</param>
/// <param name="InitStd">Standard deviation of the initial normal numbers;
/// 0 means that all elements start as 1.</param>
/// <param name="Group">Which learning rate it trains with.</param>
/// <param name="Fusion">Neighbours with the same text lie side by side without padding,
/// so that one product can serve all.</param>
public sealed record ParameterSpec(
    string Name, IReadOnlyList<long> Shape, double InitStd, LearningRateGroup Group, string Fusion)
{
    /// <summary>The decoder block that the tensor belongs to; null before and after the blocks.</summary>
    public int? Block { get; init; }

    /// <summary>True where all elements start as 0, whatever <see cref="InitStd"/> says.</summary>
    public bool BeginsWithZeros { get; init; }

    /// <summary>Elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);

    public bool Equals(ParameterSpec? other) =>
        other is not null && Name == other.Name && Shape.SequenceEqual(other.Shape) && InitStd.Equals(other.InitStd)
        && Group == other.Group && Fusion == other.Fusion && Block == other.Block
        && BeginsWithZeros == other.BeginsWithZeros;

    public override int GetHashCode() => HashCode.Combine(Name, Count, InitStd, Group, Fusion);
}
