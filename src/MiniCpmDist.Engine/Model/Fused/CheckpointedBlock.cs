using MiniCpmDist.Engine.Model.Graph;
using MiniCpmDist.Native.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Fused;

/// <summary>
/// Both halves of a block as one node that keeps only what enters it: backward computes again what
/// <see cref="FusedAttentionBlock"/> and the feed-forward half would have kept.
/// </summary>
/// <remarks>Inputs: h <c>[rows, hidden]</c>, the weights of both halves, and what attention takes.</remarks>
internal sealed class CheckpointedBlock : GraphFunction<CheckpointedBlock>
{
    protected override int Inputs => 5;

    protected override Tensor Forward(autograd.AutogradContext ctx, object[] vars)
    {
        var (hidden, attention, mlp) = (
            (Tensor)vars[0], (FusedAttentionBlock.Weights)vars[1], (IFusedFeedForward)vars[2]);
        var (call, rotary) = ((AttentionCall)vars[3], (RotaryTable)vars[4]);
        ctx.save_data(nameof(FusedAttentionBlock), attention);
        ctx.save_data(nameof(IFusedFeedForward), mlp);
        ctx.save_data(nameof(AttentionCall), call);
        ctx.save_data(nameof(RotaryTable), rotary);
        ctx.save_for_backward([hidden]);
        var attended = Attended(hidden, attention, call, rotary);
        return mlp.Compute(attended);
    }

    protected override List<Tensor> Back(autograd.AutogradContext ctx, Tensor gradient)
    {
        var (attention, mlp) = (
            (FusedAttentionBlock.Weights)ctx.get_data(nameof(FusedAttentionBlock)),
            (IFusedFeedForward)ctx.get_data(nameof(IFusedFeedForward)));
        var (call, rotary) = (
            (AttentionCall)ctx.get_data(nameof(AttentionCall)), (RotaryTable)ctx.get_data(nameof(RotaryTable)));
        var kept = FusedAttentionBlock.Keep(ctx.get_saved_variables()[0], attention, call, rotary);
        var ofAttended = BackThroughMlp(kept, gradient.contiguous(), attention, mlp);
        return [FusedAttentionBlock.Back(kept, ofAttended, attention, call, rotary), null!, null!, null!, null!];
    }

    /// <summary>What the attention half kept goes before the widest vectors of a block are made.</summary>
    private static Tensor Attended(
        Tensor hidden, FusedAttentionBlock.Weights weights, AttentionCall call, RotaryTable rotary)
    {
        using var scope = NewDisposeScope();
        return FusedAttentionBlock.Result(FusedAttentionBlock.Keep(hidden, weights, call, rotary), weights)
            .MoveToOuterDisposeScope();
    }

    private static Tensor BackThroughMlp(
        FusedAttentionBlock.Kept kept, Tensor gradient, FusedAttentionBlock.Weights attention, IFusedFeedForward mlp)
    {
        using var scope = NewDisposeScope();
        var attended = FusedAttentionBlock.Result(kept, attention);
        return mlp.Back(attended, gradient).MoveToOuterDisposeScope();
    }
}
