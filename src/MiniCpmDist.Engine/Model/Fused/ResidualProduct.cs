using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Fused;

internal sealed class ResidualProduct : autograd.SingleTensorFunction<ResidualProduct>
{
    public override string Name => nameof(ResidualProduct);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (input, hidden, weight, scale) = ((Tensor)vars[0], (Tensor)vars[1], (FlatWeight)vars[2], (double)vars[3]);
        ctx.save_data("weight", weight);
        ctx.save_data("scale", scale);
        ctx.save_for_backward([input]);
        return Products.Forward(input, weight, hidden, scale);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var (weight, scale) = ((FlatWeight)ctx.get_data("weight"), (double)ctx.get_data("scale"));
        Products.AddGradient(grad_output, ctx.get_saved_variables()[0], weight, scale);
        return [Products.Backward(grad_output, weight, scale), grad_output, null!, null!];
    }
}
