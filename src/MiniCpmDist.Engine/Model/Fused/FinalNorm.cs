using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Fused;

/// <summary>The norm behind the last block: rows <c>[rows, hidden]</c> and a <see cref="RowNorm"/>.</summary>
internal sealed class FinalNorm : autograd.SingleTensorFunction<FinalNorm>
{
    public override string Name => nameof(FinalNorm);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (hidden, norm) = ((Tensor)vars[0], (RowNorm)vars[1]);
        using var scope = NewDisposeScope();
        var (result, inverse) = norm.Forward(hidden);
        ctx.save_data(nameof(RowNorm), norm);
        ctx.save_for_backward([hidden, inverse.MoveToOuterDisposeScope()]);
        return result.MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var norm = (RowNorm)ctx.get_data(nameof(RowNorm));
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        // A copy: whose gradient this is may still want it.
        var gradient = norm.Backward(grad_output.clone(), saved[0], saved[1]);
        return [gradient.MoveToOuterDisposeScope(), null!];
    }
}
