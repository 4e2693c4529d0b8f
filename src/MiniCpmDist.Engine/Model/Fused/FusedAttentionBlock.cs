using MiniCpmDist.Engine.Model.Graph;
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
internal sealed class FusedAttentionBlock : GraphFunction<FusedAttentionBlock>
{
    protected override int Inputs => 4;

    protected override Tensor Forward(autograd.AutogradContext ctx, object[] vars)
    {
        var (hidden, weights) = ((Tensor)vars[0], (Weights)vars[1]);
        var (call, rotary) = ((AttentionCall)vars[2], (RotaryTable)vars[3]);
        var kept = Keep(hidden, weights, call, rotary);
        ctx.save_data(nameof(Weights), weights);
        ctx.save_data(nameof(AttentionCall), call);
        ctx.save_data(nameof(RotaryTable), rotary);
        ctx.save_for_backward([hidden, kept.Inverse, kept.Qkv, kept.Mixed, kept.Lse]);
        return Result(kept, weights);
    }

    protected override List<Tensor> Back(autograd.AutogradContext ctx, Tensor gradient)
    {
        var (call, rotary) = (
            (AttentionCall)ctx.get_data(nameof(AttentionCall)), (RotaryTable)ctx.get_data(nameof(RotaryTable)));
        var saved = ctx.get_saved_variables();
        var kept = new Kept(saved[0], saved[1], saved[2], saved[3], saved[4]);
        var weights = (Weights)ctx.get_data(nameof(Weights));
        return [Back(kept, gradient.contiguous(), weights, call, rotary), null!, null!, null!];
    }

    /// <summary>What backward needs; the caller's scope owns what is new.</summary>
    internal static Kept Keep(Tensor hidden, Weights weights, AttentionCall call, RotaryTable rotary)
    {
        Require.Shape(hidden, nameof(hidden), call.Rows, hidden.shape[1]);
        using var scope = NewDisposeScope();
        var (normed, inverse) = weights.Norm.Forward(hidden);
        var qkv = MatMul.Forward(normed, weights.Qkv);                 // [rows, (heads + 2·kv_heads)·head_dim]
        Require.Shape(qkv, nameof(qkv), call.Rows, call.Width);
        var mixed = empty([call.Rows, call.OutputWidth], ScalarType.Float32);
        var lse = empty([call.Heads, call.Rows], ScalarType.Float32);
        var address = TensorAddress.Of(qkv);
        AttentionKernels.Rotate(call, address, rotary.Cos, rotary.Sin, rotary.Positions, back: false);
        AttentionKernels.Forward(call, address, TensorAddress.Of(mixed), TensorAddress.Of(lse));
        return new Kept(
            hidden, inverse.MoveToOuterDisposeScope(), qkv.MoveToOuterDisposeScope(), mixed.MoveToOuterDisposeScope(),
            lse.MoveToOuterDisposeScope());
    }

    /// <summary>What leaves the half.</summary>
    internal static Tensor Result(Kept kept, Weights weights) =>
        MatMul.Forward(kept.Mixed, weights.Output, kept.Hidden, weights.Scale);

    /// <summary>The gradient of h; what was kept is overwritten.</summary>
    internal static Tensor Back(
        Kept kept, Tensor gradient, Weights weights, AttentionCall call, RotaryTable rotary)
    {
        using var scope = NewDisposeScope();
        AttendBack(kept, MatMul.Backward(gradient, weights.Output, weights.Scale), call, rotary);
        return BackFromProduct(kept, gradient, weights).MoveToOuterDisposeScope();
    }

    /// <summary>The gradient of h, where <see cref="Kept.Qkv"/> has its own.</summary>
    internal static Tensor BackFromProduct(Kept kept, Tensor gradient, Weights weights)
    {
        using var scope = NewDisposeScope();
        var (hidden, inverse, qkv, mixed, _) = kept;
        MatMul.AddGradient(gradient, mixed, weights.Output, weights.Scale);
        MatMul.AddGradient(qkv, weights.Norm.Again(hidden, inverse), weights.Qkv);
        var normed = MatMul.Backward(qkv, weights.Qkv);
        return weights.Norm.Backward(normed, hidden, inverse, gradient).MoveToOuterDisposeScope();
    }

    /// <summary>Leaves in <see cref="Kept.Qkv"/> its gradient.</summary>
    private static void AttendBack(Kept kept, Tensor mixedGradient, AttentionCall call, RotaryTable rotary)
    {
        var address = TensorAddress.Of(kept.Qkv);
        AttentionKernels.Backward(
            call, address, TensorAddress.Of(kept.Mixed), TensorAddress.Of(kept.Lse), TensorAddress.Of(mixedGradient),
            address);
        AttentionKernels.Rotate(call, address, rotary.Cos, rotary.Sin, rotary.Positions, back: true);
    }

    /// <summary>What backward reads of a forward.</summary>
    internal sealed record Kept(Tensor Hidden, Tensor Inverse, Tensor Qkv, Tensor Mixed, Tensor Lse);

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
