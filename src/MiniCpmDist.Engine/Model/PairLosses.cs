using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model;

/// <summary>
/// A sum of losses that were computed from the sums of some answers, as a node of the graph: backward multiplies with
/// the derivatives, which are known.
/// </summary>
/// <remarks>
/// Inputs: the sums <c>[answers]</c> float64, the losses <c>[rows]</c> float64, and the derivatives of their sum by
/// each of the sums, <c>[answers]</c> float64. Output: the sum of the losses.
/// </remarks>
internal sealed class PairLosses : Graph.GraphFunction<PairLosses>
{
    protected override int Inputs => 3;

    protected override Tensor Forward(autograd.AutogradContext ctx, object[] vars)
    {
        var (sums, losses, slopes) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2]);
        Require.Shape(slopes, nameof(slopes), sums.shape);
        ctx.save_for_backward([slopes]);
        return losses.sum(ScalarType.Float64);
    }

    protected override List<Tensor> Back(autograd.AutogradContext ctx, Tensor gradient) =>
        [ctx.get_saved_variables()[0].mul(gradient), null!, null!];
}
