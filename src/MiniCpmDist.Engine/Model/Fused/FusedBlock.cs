using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Model.Experts;
using MiniCpmDist.Native.Kernels;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Fused;

/// <summary>One block over rows <c>[batch·seq, hidden]</c>, as <see cref="DecoderBlock"/> computes it.</summary>
internal sealed class FusedBlock : IDisposable
{
    private readonly FusedAttentionBlock.Weights _attention;
    private readonly IFusedFeedForward _mlp;
    private readonly ActivationCheckpointing _checkpointing;

    /// <param name="shape">Of the model.</param>
    /// <param name="layer">The router of the block; null for a model without experts.</param>
    /// <param name="prefix">What the names of the block's parameters begin with.</param>
    /// <param name="weights">The flat buffers.</param>
    /// <param name="checkpointing">What it computes again in backward.</param>
    public FusedBlock(
        ModelShape shape, LayerRouter? layer, string prefix, IFlatWeights weights,
        ActivationCheckpointing checkpointing)
    {
        _checkpointing = checkpointing;
        FlatWeight Find(string first, string? last = null) =>
            weights.Find($"{prefix}{first}.weight", $"{prefix}{last ?? first}.weight");
        RowNorm Norm(string name) => new(Find(name), shape.RmsNormEps);
        _attention = new FusedAttentionBlock.Weights(
            Norm("input_layernorm"), Find("self_attn.q_proj", "self_attn.v_proj"), Find("self_attn.o_proj"),
            shape.ResidualScale);
        _mlp = FeedForwardModules.Fused(shape, layer, Norm("post_attention_layernorm"), Find);
    }

    /// <summary>What its attention half computes with; owned by this.</summary>
    public FusedAttentionBlock.Weights Attention => _attention;

    /// <summary>Its feed-forward half; owned by this.</summary>
    public IFusedFeedForward FeedForward => _mlp;

    public Tensor Forward(Tensor hidden, AttentionCall call, RotaryTable rotary)
    {
        if (_checkpointing == ActivationCheckpointing.Full)
            return CheckpointedBlock.apply(hidden, _attention, _mlp, call, rotary);
        using var attended = FusedAttentionBlock.apply(hidden, _attention, call, rotary);
        return _mlp.Forward(attended, again: _checkpointing == ActivationCheckpointing.Selective);
    }

    public void Dispose()
    {
        _attention.Dispose();
        _mlp.Dispose();
    }
}
