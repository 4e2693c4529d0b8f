using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Fused;

/// <summary>Token cross entropies of a strand, in nats.</summary>
/// <param name="Sum">Over all of its tokens, a float64 scalar from which backward begins.</param>
/// <param name="BySequence">Of each sequence of the micro-batch, <c>[sequences]</c> float64, without gradient.</param>
internal sealed record StrandLoss(Tensor Sum, Tensor BySequence);
