using MiniCpmDist.Native.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Fused;

/// <summary>
/// The attention half of a block: h + s · o(Attention(qkv(Norm(h)))), q, k and v as one product.
/// </summary>
/// <remarks>
/// Inputs: h <c>[rows, hidden]</c>, <see cref="Weights"/>, an <see cref="AttentionCall"/> whose segments fill the rows,
/// and a <see cref="RotaryTable"/> that lives until backward is over. Kept for backward: h, one number a row, the
/// turned q, k and v, what attention made of them, and one number for each query and head. Backward works in what was
/// kept, so that a graph can be walked back once.
/// </remarks>
internal sealed class AttentionHalf : autograd.SingleTensorFunction<AttentionHalf>
{
    public override string Name => nameof(AttentionHalf);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (hidden, weights) = ((Tensor)vars[0], (Weights)vars[1]);
        var (call, rotary) = ((AttentionCall)vars[2], (RotaryTable)vars[3]);
        Require.Shape(hidden, nameof(hidden), call.Rows, hidden.shape[1]);
        using var scope = NewDisposeScope();
        var (normed, inverse) = weights.Norm.Forward(hidden);
        var qkv = Products.Forward(normed, weights.Qkv);                 // [rows, (heads + 2·kv_heads)·head_dim]
        Require.Shape(qkv, nameof(qkv), call.Rows, call.Width);
        var mixed = empty([call.Rows, call.OutputWidth], ScalarType.Float32);
        var lse = empty([call.Heads, call.Rows], ScalarType.Float32);
        var address = TensorAddress.Of(qkv);
        AttentionKernels.Rotate(call, address, rotary.Cos, rotary.Sin, rotary.Positions, back: false);
        AttentionKernels.Forward(call, address, TensorAddress.Of(mixed), TensorAddress.Of(lse));
        ctx.save_data(nameof(Weights), weights);
        ctx.save_data(nameof(AttentionCall), call);
        ctx.save_data(nameof(RotaryTable), rotary);
        ctx.save_for_backward(
        [
            hidden, inverse.MoveToOuterDisposeScope(), qkv.MoveToOuterDisposeScope(), mixed.MoveToOuterDisposeScope(),
            lse.MoveToOuterDisposeScope(),
        ]);
        return Products.Forward(mixed, weights.Output, hidden, weights.Scale).MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var weights = (Weights)ctx.get_data(nameof(Weights));
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var (hidden, inverse, qkv) = (saved[0], saved[1], saved[2]);
        var gradient = grad_output.contiguous();
        AttendBack(ctx, qkv, saved[3], saved[4], Products.Backward(gradient, weights.Output, weights.Scale));
        Products.AddGradient(gradient, saved[3], weights.Output, weights.Scale);
        Products.AddGradient(qkv, weights.Norm.Again(hidden, inverse), weights.Qkv);
        var normed = Products.Backward(qkv, weights.Qkv);
        return [weights.Norm.Backward(normed, hidden, inverse, gradient).MoveToOuterDisposeScope(), null!, null!, null!];
    }

    /// <summary>Leaves in <paramref name="qkv"/> its gradient.</summary>
    private static void AttendBack(
        autograd.AutogradContext ctx, Tensor qkv, Tensor mixed, Tensor lse, Tensor mixedGradient)
    {
        var call = (AttentionCall)ctx.get_data(nameof(AttentionCall));
        var rotary = (RotaryTable)ctx.get_data(nameof(RotaryTable));
        var address = TensorAddress.Of(qkv);
        AttentionKernels.Backward(
            call, address, TensorAddress.Of(mixed), TensorAddress.Of(lse), TensorAddress.Of(mixedGradient), address);
        AttentionKernels.Rotate(call, address, rotary.Cos, rotary.Sin, rotary.Positions, back: true);
    }

    /// <summary>What a half computes with; owns it.</summary>
    internal sealed record Weights(RowNorm Norm, FlatWeight Qkv, FlatWeight Output, double Scale) : IDisposable
    {
        public void Dispose()
        {
            Norm.Dispose();
            Qkv.Dispose();
            Output.Dispose();
        }
    }
}
