using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Model;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Model;

/// <summary>A model small enough for float64, in which no two dimensions are equal, with random weights.</summary>
internal static class SmallModel
{
    public static ModelShape Shape { get; } = new()
    {
        HiddenSize = 24,
        IntermediateSize = 40,
        Layers = 2,
        Heads = 6,
        KeyValueHeads = 2,
        HeadDim = 4,
        VocabularySize = 61,
        DimModelBase = 16,
    };

    public static MiniCpmForCausalLM Create(
        ScalarType dtype, ActivationCheckpointing checkpointing = ActivationCheckpointing.None) =>
        Create(Shape, dtype, checkpointing);

    /// <summary>Of other dimensions.</summary>
    public static MiniCpmForCausalLM Create(
        ModelShape shape, ScalarType dtype, ActivationCheckpointing checkpointing = ActivationCheckpointing.None,
        long window = 0)
    {
        var model = new MiniCpmForCausalLM(shape, dtype, checkpointing: checkpointing, window: window);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var generator = new Generator(7);
        foreach (var (name, parameter) in model.named_parameters())
        {
            var noise = randn(parameter.shape, ScalarType.Float64, generator: generator) * 0.2;
            parameter.copy_(name.EndsWith("norm.weight", StringComparison.Ordinal) ? noise + 1 : noise);
        }
        return model;
    }

    public static Tensor RandomIds(ulong seed, params long[] shape)
    {
        using var generator = new Generator(seed);
        return randint(Shape.VocabularySize, shape, ScalarType.Int64, generator: generator);
    }
}
