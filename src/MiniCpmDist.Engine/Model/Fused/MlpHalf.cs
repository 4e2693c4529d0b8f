using MiniCpmDist.Native.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Fused;

/// <summary>
/// The feed-forward half of a block: h + s · down(silu(gate(n)) · up(n)) with n = Norm(h), gate and up as one product.
/// </summary>
/// <remarks>
/// Inputs: h <c>[rows, hidden]</c> and <see cref="Weights"/>. Kept for backward: h, one number a row, and gates and ups
/// <c>[rows, 2·intermediate]</c>; the rest is computed again. Backward works in what was kept, so that a graph can be
/// walked back once.
/// </remarks>
internal sealed class MlpHalf : autograd.SingleTensorFunction<MlpHalf>
{
    public override string Name => nameof(MlpHalf);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (hidden, weights) = ((Tensor)vars[0], (Weights)vars[1]);
        using var scope = NewDisposeScope();
        var (normed, inverse) = weights.Norm.Forward(hidden);
        var gateUp = Products.Forward(normed, weights.GateUp);                       // [rows, 2·intermediate]
        var (rows, width) = (gateUp.shape[0], gateUp.shape[1] / 2);
        var product = empty([rows, width], ScalarType.Float32);
        SwiGluKernels.Forward(
            TensorAddress.Of(gateUp), TensorAddress.Of(product), rows, width, get_num_threads());
        ctx.save_data(nameof(Weights), weights);
        ctx.save_for_backward([hidden, inverse.MoveToOuterDisposeScope(), gateUp.MoveToOuterDisposeScope()]);
        return Products.Forward(product, weights.Down, hidden, weights.Scale).MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var weights = (Weights)ctx.get_data(nameof(Weights));
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var (hidden, inverse, gateUp) = (saved[0], saved[1], saved[2]);
        var gradient = grad_output.contiguous();
        var product = Products.Backward(gradient, weights.Down, weights.Scale);      // its gradient, to begin with
        var (rows, width) = (product.shape[0], product.shape[1]);
        SwiGluKernels.Backward(
            TensorAddress.Of(gateUp), TensorAddress.Of(product), rows, width, get_num_threads());
        Products.AddGradient(gradient, product, weights.Down, weights.Scale);
        Products.AddGradient(gateUp, weights.Norm.Again(hidden, inverse), weights.GateUp);
        var normed = Products.Backward(gateUp, weights.GateUp);
        return [weights.Norm.Backward(normed, hidden, inverse, gradient).MoveToOuterDisposeScope(), null!];
    }

    /// <summary>What a half computes with; owns it.</summary>
    internal sealed record Weights(RowNorm Norm, FlatWeight GateUp, FlatWeight Down, double Scale) : IDisposable
    {
        public void Dispose()
        {
            Norm.Dispose();
            GateUp.Dispose();
            Down.Dispose();
        }
    }
}
