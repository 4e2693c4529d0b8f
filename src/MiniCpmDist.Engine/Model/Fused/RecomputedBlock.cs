using MiniCpmDist.Engine.Model.Graph;
using MiniCpmDist.Native.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Fused;

/// <summary>
/// Both halves of a block as one node that keeps only what enters it: backward computes again what
/// <see cref="AttentionHalf"/> and the feed-forward half would have kept.
/// </summary>
/// <remarks>Inputs: h <c>[rows, hidden]</c>, the weights of both halves, and what attention takes.</remarks>
internal sealed class RecomputedBlock : GraphFunction<RecomputedBlock>
{
    protected override int Inputs => 5;

    protected override Tensor Forward(autograd.AutogradContext ctx, object[] vars)
    {
        var (hidden, attention, mlp) = (
            (Tensor)vars[0], (AttentionHalf.Weights)vars[1], (IFusedFeedForward)vars[2]);
        var (call, rotary) = ((AttentionCall)vars[3], (RotaryTable)vars[4]);
        ctx.save_data(nameof(AttentionHalf), attention);
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
            (AttentionHalf.Weights)ctx.get_data(nameof(AttentionHalf)),
            (IFusedFeedForward)ctx.get_data(nameof(IFusedFeedForward)));
        var (call, rotary) = (
            (AttentionCall)ctx.get_data(nameof(AttentionCall)), (RotaryTable)ctx.get_data(nameof(RotaryTable)));
        var kept = AttentionHalf.Keep(ctx.get_saved_variables()[0], attention, call, rotary);
        var ofAttended = BackThroughMlp(kept, gradient.contiguous(), attention, mlp);
        return [AttentionHalf.Back(kept, ofAttended, attention, call, rotary), null!, null!, null!, null!];
    }

    /// <summary>What the attention half kept goes before the widest vectors of a block are made.</summary>
    private static Tensor Attended(
        Tensor hidden, AttentionHalf.Weights weights, AttentionCall call, RotaryTable rotary)
    {
        using var scope = NewDisposeScope();
        return AttentionHalf.Result(AttentionHalf.Keep(hidden, weights, call, rotary), weights)
            .MoveToOuterDisposeScope();
    }

    private static Tensor BackThroughMlp(
        AttentionHalf.Kept kept, Tensor gradient, AttentionHalf.Weights attention, IFusedFeedForward mlp)
    {
        using var scope = NewDisposeScope();
        var attended = AttentionHalf.Result(kept, attention);
        return mlp.Back(attended, gradient).MoveToOuterDisposeScope();
    }
}
