using MiniCpmDist.Native.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Fused;

/// <summary>
/// Rotary positions and causal grouped-query attention in one function (<see cref="AttentionKernels"/>), in the memory
/// of one product of q, k and v: the scores are never stored, and backward computes them again.
/// </summary>
/// <remarks>
/// Inputs: q, k and v next to each other <c>[batch, seq, (heads + 2·kv_heads)·head_dim]</c>, float32, contiguous; an
/// <see cref="AttentionCall"/> whose segments fill the batch · seq rows; a <see cref="RotaryTable"/> with a row for
/// every position of the longest segment, which lives until backward is over. Output:
/// <c>[batch, seq, heads·head_dim]</c>.
/// The first input is written to: forward turns its q and k, and backward leaves its gradient there, so that there is
/// one backward pass. Nobody else may need it.
/// </remarks>
internal sealed class FusedAttention : autograd.SingleTensorFunction<FusedAttention>
{
    private const string Call = "call";
    private const string Rotary = "rotary";

    public override string Name => nameof(FusedAttention);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (qkv, call, rotary) = ((Tensor)vars[0], (AttentionCall)vars[1], (RotaryTable)vars[2]);
        RequireRows(qkv, call);
        using var scope = NewDisposeScope();
        var output = empty([qkv.shape[0], qkv.shape[1], call.OutputWidth], ScalarType.Float32);
        var lse = empty([call.Heads, call.Rows], ScalarType.Float32);
        AttentionKernels.Rotate(call, TensorAddress.Of(qkv), rotary.Cos, rotary.Sin, rotary.Positions, back: false);
        AttentionKernels.Forward(call, TensorAddress.Of(qkv), TensorAddress.Of(output), TensorAddress.Of(lse));
        ctx.save_data(Call, call);
        ctx.save_data(Rotary, rotary);
        ctx.save_for_backward([qkv, output.MoveToOuterDisposeScope(), lse.MoveToOuterDisposeScope()]);
        return output;
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var (call, rotary) = ((AttentionCall)ctx.get_data(Call), (RotaryTable)ctx.get_data(Rotary));
        var saved = ctx.get_saved_variables();
        var qkv = saved[0];
        using var gradients = grad_output.contiguous();
        AttentionKernels.Backward(call, TensorAddress.Of(qkv), TensorAddress.Of(saved[1]), TensorAddress.Of(saved[2]), TensorAddress.Of(gradients), TensorAddress.Of(qkv));
        AttentionKernels.Rotate(call, TensorAddress.Of(qkv), rotary.Cos, rotary.Sin, rotary.Positions, back: true);
        return [qkv.detach(), null!, null!];
    }

    private static void RequireRows(Tensor qkv, AttentionCall call)
    {
        Require.Rank(qkv, 3, nameof(qkv));
        Require.Shape(qkv, nameof(qkv), qkv.shape[0], qkv.shape[1], call.Width);
        if (qkv.shape[0] * qkv.shape[1] != call.Rows)
        {
            throw new ArgumentException(
                $"Expected segments that fill {qkv.shape[0]} x {qkv.shape[1]} rows, found {call.Rows} in them.",
                nameof(call));
        }
    }
}
