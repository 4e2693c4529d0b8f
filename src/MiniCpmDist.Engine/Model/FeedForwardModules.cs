using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Model.Fused;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model;

/// <summary>Makes what computes each kind of feed-forward half: the one place that knows them all.</summary>
internal static class FeedForwardModules
{
    /// <summary>Makes the module between norm and residual, <c>[batch, seq, hidden]</c> in and out.</summary>
    public static nn.Module<Tensor, Tensor> Plain(ModelShape shape, ScalarType dtype) => shape.FeedForward switch
    {
        FeedForward.SwiGlu half => new SwiGlu(shape.HiddenSize, half.IntermediateSize, dtype),
        var other => throw Unknown(other),
    };

    /// <summary>Makes the fused half with norm and residual, over flat buffers.</summary>
    /// <param name="shape">Of the model.</param>
    /// <param name="norm">Before it.</param>
    /// <param name="find">The weights of some neighbours, from the name of the first to that of the last.</param>
    public static IFusedFeedForward Fused(ModelShape shape, RowNorm norm, Func<string, string, FlatWeight> find) =>
        shape.FeedForward switch
        {
            FeedForward.SwiGlu => new FusedMlpBlock.Weights(
                norm, find("mlp.gate_proj", "mlp.up_proj"), find("mlp.down_proj", "mlp.down_proj"),
                shape.ResidualScale),
            var other => throw Unknown(other),
        };

    private static NotSupportedException Unknown(FeedForward half) =>
        new($"Expected a feed-forward half that this build has a module for, found {half}.");
}
