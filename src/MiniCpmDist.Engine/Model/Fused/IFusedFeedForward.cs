using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Fused;

/// <summary>
/// The feed-forward half of a fused block, norm and residual included; rows <c>[rows, hidden]</c> in and out. Owns the
/// views that it computes with.
/// </summary>
internal interface IFusedFeedForward : IDisposable
{
    /// <summary>Computes the half as a node of the graph.</summary>
    /// <param name="hidden">What enters the half.</param>
    /// <param name="again">Keep nothing but that, and compute again in backward.</param>
    Tensor Forward(Tensor hidden, bool again);

    /// <summary>Computes the half outside of any graph.</summary>
    Tensor Compute(Tensor hidden);

    /// <summary>
    /// The gradient of what enters, where nothing else was kept; those of the weights are added to the flat ones.
    /// </summary>
    Tensor Back(Tensor hidden, Tensor gradient);
}
