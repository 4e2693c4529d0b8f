using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Model.Experts;
using MiniCpmDist.Engine.Model.Fused;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model;

/// <summary>Makes what computes each kind of feed-forward half: the one place that knows them all.</summary>
internal static class FeedForwardModules
{
    /// <summary>Makes the module between norm and residual, <c>[batch, seq, hidden]</c> in and out.</summary>
    /// <param name="shape">Of the model.</param>
    /// <param name="layer">The router of the block; null for a model without experts.</param>
    /// <param name="dtype">Type of parameters and activations.</param>
    public static nn.Module<Tensor, Tensor> Plain(ModelShape shape, LayerRouter? layer, ScalarType dtype) =>
        shape.FeedForward switch
        {
            FeedForward.SwiGlu half => new SwiGlu(shape.HiddenSize, half.IntermediateSize, dtype),
            FeedForward.Experts half => new ExpertMlp(shape.HiddenSize, half, layer!, dtype),
            var other => throw Unknown(other),
        };

    /// <summary>Makes the fused half with norm and residual, over flat buffers.</summary>
    /// <param name="shape">Of the model.</param>
    /// <param name="layer">The router of the block; null for a model without experts.</param>
    /// <param name="norm">Before it.</param>
    /// <param name="find">The weights of some neighbours, from the name of the first to that of the last.</param>
    public static IFusedFeedForward Fused(
        ModelShape shape, LayerRouter? layer, RowNorm norm, Func<string, string, FlatWeight> find) =>
        shape.FeedForward switch
        {
            FeedForward.SwiGlu => new FusedMlpBlock.Weights(
                norm, find("mlp.gate_proj", "mlp.up_proj"), find("mlp.down_proj", "mlp.down_proj"),
                shape.ResidualScale),
            FeedForward.Experts half => new FusedExpertsBlock.Weights(
                norm, find(FeedForward.Experts.Router, FeedForward.Experts.Router),
                [.. Enumerable.Range(0, half.Count).Select(expert => FusedExpert(expert, find))], layer!,
                shape.ResidualScale),
            var other => throw Unknown(other),
        };

    private static FusedExpertsBlock.Expert FusedExpert(int expert, Func<string, string, FlatWeight> find)
    {
        string Name(string matrix) => FeedForward.Experts.Name(expert, matrix);
        return new FusedExpertsBlock.Expert(find(Name("w1"), Name("w3")), find(Name("w2"), Name("w2")));
    }

    private static NotSupportedException Unknown(FeedForward half) =>
        new($"Expected a feed-forward half that this build has a module for, found {half}.");
}
