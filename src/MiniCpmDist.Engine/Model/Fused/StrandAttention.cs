using MiniCpmDist.Engine.Model.Graph;
using MiniCpmDist.Native.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Fused;

/// <summary>
/// <see cref="FusedAttentionBlock"/> over a rank's strands: each is computed as if it were alone, with gradients of its
/// own, over keys and values that the ranks of the sequence bring together, forward and back.
/// </summary>
/// <remarks>
/// Inputs: h <c>[strands · rows, hidden]</c>, the half's weights of each strand, and the <see cref="StrandPass"/>. Kept
/// for backward: what <see cref="FusedAttentionBlock"/> keeps, of each strand; keys and values are gathered again.
/// </remarks>
internal sealed class StrandAttention : GraphFunction<StrandAttention>
{
    private const int KeptOfStrand = 4;

    protected override int Inputs => 3;

    protected override Tensor Forward(autograd.AutogradContext ctx, object[] vars)
    {
        var (hidden, weights, pass) = (
            (Tensor)vars[0], (FusedAttentionBlock.Weights[])vars[1], (StrandPass)vars[2]);
        var kept = KeepCollective(hidden, weights, pass);
        ctx.save_data(nameof(weights), weights);
        ctx.save_data(nameof(pass), pass);
        ctx.save_for_backward([
            hidden,
            .. kept.SelectMany(strand => (Tensor[])[strand.Inverse, strand.Qkv, strand.Mixed, strand.Lse]),
        ]);
        return Result(kept, weights);
    }

    protected override List<Tensor> Back(autograd.AutogradContext ctx, Tensor gradient)
    {
        var (weights, pass) = (
            (FusedAttentionBlock.Weights[])ctx.get_data("weights"), (StrandPass)ctx.get_data("pass"));
        var saved = ctx.get_saved_variables();
        FusedAttentionBlock.Kept[] kept =
        [
            .. saved.Skip(1).Chunk(KeptOfStrand).Select((tensors, strand) => new FusedAttentionBlock.Kept(
                pass.Of(saved[0], strand), tensors[0], tensors[1], tensors[2], tensors[3])),
        ];
        return [BackCollective(kept, gradient.contiguous(), weights, pass), null!, null!];
    }

    /// <summary>What backward needs of each strand; the caller's scope owns what is new.</summary>
    internal static FusedAttentionBlock.Kept[] KeepCollective(
        Tensor hidden, FusedAttentionBlock.Weights[] weights, StrandPass pass)
    {
        Require.Shape(hidden, nameof(hidden), (long)pass.Count * pass.Rows, hidden.shape[1]);
        var kept = new FusedAttentionBlock.Kept[pass.Count];
        for (var strand = 0; strand < kept.Length; strand++)
            kept[strand] = Begin(pass.Of(hidden, strand), weights[strand], pass.Calls[strand], pass.Rotary);
        using var keyValues = pass.GatherCollective([.. kept.Select(strand => strand.Qkv)]);
        foreach (var (strand, (_, _, qkv, mixed, lse)) in kept.Index())
        {
            AttentionKernels.ForwardOver(
                pass.Calls[strand], TensorAddress.Of(qkv), TensorAddress.Of(keyValues), TensorAddress.Of(mixed),
                TensorAddress.Of(lse));
        }
        return kept;
    }

    /// <summary>What leaves the half.</summary>
    internal static Tensor Result(FusedAttentionBlock.Kept[] kept, FusedAttentionBlock.Weights[] weights) =>
        Joined([.. kept.Zip(weights, FusedAttentionBlock.Result)]);

    /// <summary>The gradient of h; what was kept is overwritten.</summary>
    internal static Tensor BackCollective(
        FusedAttentionBlock.Kept[] kept, Tensor gradient, FusedAttentionBlock.Weights[] weights, StrandPass pass)
    {
        using var scope = NewDisposeScope();
        AttendBackCollective(kept, gradient, weights, pass);
        var gradients = new Tensor[kept.Length];
        foreach (var (strand, one) in kept.Index())
        {
            AttentionKernels.Rotate(
                pass.Calls[strand], TensorAddress.Of(one.Qkv), pass.Rotary.Cos, pass.Rotary.Sin,
                pass.Rotary.Positions, back: true);
            gradients[strand] = FusedAttentionBlock.BackFromProduct(one, pass.Of(gradient, strand), weights[strand]);
        }
        return Joined(gradients).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Leaves in each strand's <see cref="FusedAttentionBlock.Kept.Qkv"/> its gradient, still turned.
    /// </summary>
    private static void AttendBackCollective(
        FusedAttentionBlock.Kept[] kept, Tensor gradient, FusedAttentionBlock.Weights[] weights, StrandPass pass)
    {
        using var scope = NewDisposeScope();
        var keyValues = pass.GatherCollective([.. kept.Select(strand => strand.Qkv)]);
        var sums = pass.AddCollective((strand, keyValueGradients) =>
        {
            using var mixedGradient = MatMul.Backward(
                pass.Of(gradient, strand), weights[strand].Output, weights[strand].Scale);
            var address = TensorAddress.Of(kept[strand].Qkv);
            AttentionKernels.BackwardOver(
                pass.Calls[strand], address, TensorAddress.Of(keyValues), TensorAddress.Of(kept[strand].Mixed),
                TensorAddress.Of(kept[strand].Lse), TensorAddress.Of(mixedGradient), address,
                TensorAddress.Of(keyValueGradients));
        });
        foreach (var (strand, sum) in sums.Index())
            kept[strand].Qkv.narrow(1, pass.Calls[strand].OutputWidth, pass.Calls[strand].KeyWidth).copy_(sum);
    }

    private static FusedAttentionBlock.Kept Begin(
        Tensor hidden, FusedAttentionBlock.Weights weights, AttentionCall call, RotaryTable rotary)
    {
        using var scope = NewDisposeScope();
        var (normed, inverse) = weights.Norm.Forward(hidden);
        var qkv = MatMul.Forward(normed, weights.Qkv);                 // [rows, (heads + 2·kv_heads)·head_dim]
        Require.Shape(qkv, nameof(qkv), call.Rows, call.Width);
        AttentionKernels.Rotate(call, TensorAddress.Of(qkv), rotary.Cos, rotary.Sin, rotary.Positions, back: false);
        return new FusedAttentionBlock.Kept(
            hidden, inverse.MoveToOuterDisposeScope(), qkv.MoveToOuterDisposeScope(),
            empty([call.Rows, call.OutputWidth], ScalarType.Float32).MoveToOuterDisposeScope(),
            empty([call.Heads, call.Rows], ScalarType.Float32).MoveToOuterDisposeScope());
    }

    private static Tensor Joined(Tensor[] strands)
    {
        if (strands.Length == 1)
            return strands[0];
        var all = cat(strands, 0);
        foreach (var strand in strands)
            strand.Dispose();
        return all;
    }
}
