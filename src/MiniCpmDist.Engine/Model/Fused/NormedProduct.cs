using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Fused;

internal sealed class NormedProduct : autograd.SingleTensorFunction<NormedProduct>
{
    public override string Name => nameof(NormedProduct);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (hidden, norm, weight) = ((Tensor)vars[0], (RowNorm)vars[1], (FlatWeight)vars[2]);
        using var scope = NewDisposeScope();
        var (normed, inverse) = norm.Forward(hidden);
        ctx.save_data("norm", norm);
        ctx.save_data("weight", weight);
        ctx.save_for_backward([hidden, inverse.MoveToOuterDisposeScope()]);
        return Products.Forward(normed, weight).MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var (norm, weight) = ((RowNorm)ctx.get_data("norm"), (FlatWeight)ctx.get_data("weight"));
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var gradient = grad_output.contiguous();
        Products.AddGradient(gradient, norm.Again(saved[0], saved[1]), weight);
        var normed = Products.Backward(gradient, weight);
        return [norm.Backward(normed, saved[0], saved[1]).MoveToOuterDisposeScope(), null!, null!];
    }
}
