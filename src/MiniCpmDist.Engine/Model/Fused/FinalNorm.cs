using MiniCpmDist.Engine.Model.Graph;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Fused;

/// <summary>The norm after the last block: rows <c>[rows, hidden]</c> and a <see cref="RowNorm"/>.</summary>
internal sealed class FinalNorm : GraphFunction<FinalNorm>
{
    protected override int Inputs => 2;

    protected override Tensor Forward(autograd.AutogradContext ctx, object[] vars)
    {
        var (hidden, norm) = ((Tensor)vars[0], (RowNorm)vars[1]);
        var (result, inverse) = norm.Forward(hidden);
        ctx.save_data(nameof(RowNorm), norm);
        ctx.save_for_backward([hidden, inverse]);
        return result;
    }

    protected override List<Tensor> Back(autograd.AutogradContext ctx, Tensor gradient)
    {
        var norm = (RowNorm)ctx.get_data(nameof(RowNorm));
        var saved = ctx.get_saved_variables();
        // This is a copy, because the owner of this gradient may still need it.
        return [norm.Backward(gradient.clone(), saved[0], saved[1]), null!];
    }
}
