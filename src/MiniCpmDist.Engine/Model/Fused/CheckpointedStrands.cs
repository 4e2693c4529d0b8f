using MiniCpmDist.Engine.Model.Graph;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Fused;

/// <summary>
/// <see cref="CheckpointedBlock"/> over a rank's strands. In backward the ranks of a sequence bring their keys and
/// values together twice: to compute the block again, and to go back.
/// </summary>
/// <remarks>Inputs: h <c>[strands · rows, hidden]</c>, the block of each strand, and the pass.</remarks>
internal sealed class CheckpointedStrands : GraphFunction<CheckpointedStrands>
{
    protected override int Inputs => 3;

    protected override Tensor Forward(autograd.AutogradContext ctx, object[] vars)
    {
        var (hidden, blocks, pass) = ((Tensor)vars[0], (FusedBlock[])vars[1], (StrandPass)vars[2]);
        ctx.save_data(nameof(blocks), blocks);
        ctx.save_data(nameof(pass), pass);
        ctx.save_for_backward([hidden]);
        var attended = AttendedCollective(hidden, Attention(blocks), pass);
        return pass.Each(attended, (rows, strand) => blocks[strand].FeedForward.Compute(rows));
    }

    protected override List<Tensor> Back(autograd.AutogradContext ctx, Tensor gradient)
    {
        var (blocks, pass) = ((FusedBlock[])ctx.get_data("blocks"), (StrandPass)ctx.get_data("pass"));
        var attention = Attention(blocks);
        var kept = StrandAttention.KeepCollective(ctx.get_saved_variables()[0], attention, pass);
        var ofAttended = BackThroughMlp(kept, gradient.contiguous(), blocks, pass);
        return [StrandAttention.BackCollective(kept, ofAttended, attention, pass), null!, null!];
    }

    private static FusedAttentionBlock.Weights[] Attention(FusedBlock[] blocks) =>
        [.. blocks.Select(block => block.Attention)];

    /// <summary>What the attention half kept goes before the widest vectors of a block are made.</summary>
    private static Tensor AttendedCollective(Tensor hidden, FusedAttentionBlock.Weights[] weights, StrandPass pass)
    {
        using var scope = NewDisposeScope();
        return StrandAttention.Result(StrandAttention.KeepCollective(hidden, weights, pass), weights)
            .MoveToOuterDisposeScope();
    }

    private static Tensor BackThroughMlp(
        FusedAttentionBlock.Kept[] kept, Tensor gradient, FusedBlock[] blocks, StrandPass pass)
    {
        using var scope = NewDisposeScope();
        var attended = StrandAttention.Result(kept, Attention(blocks));
        return pass.Each(attended, (rows, strand) => blocks[strand].FeedForward.Back(rows, pass.Of(gradient, strand)))
            .MoveToOuterDisposeScope();
    }
}
