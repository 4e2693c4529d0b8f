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

    /// <summary>What the tensor is before training.</summary>
    public ParameterStart Start { get; init; }

    /// <summary>The part of the model that it belongs to.</summary>
    public ModelPart Part =>
        Name.StartsWith(VisionParameters.Encoder, StringComparison.Ordinal) ? ModelPart.Encoder
        : Name.StartsWith(VisionParameters.Resampler, StringComparison.Ordinal) ? ModelPart.Resampler
        : ModelPart.Language;

    /// <summary>Elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);

    public bool Equals(ParameterSpec? other) =>
        other is not null && Name == other.Name && Shape.SequenceEqual(other.Shape) && InitStd.Equals(other.InitStd)
        && Group == other.Group && Fusion == other.Fusion && Block == other.Block && Start == other.Start;

    public override int GetHashCode() => HashCode.Combine(Name, Count, InitStd, Group, Fusion);
}
