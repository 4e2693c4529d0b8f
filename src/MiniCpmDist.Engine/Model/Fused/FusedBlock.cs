using MiniCpmDist.Core.ModelShape;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Fused;

/// <summary>One block over rows <c>[batch·seq, hidden]</c>, as <see cref="DecoderBlock"/> computes it.</summary>
internal sealed class FusedBlock : IDisposable
{
    private readonly double _scale;
    private readonly RowNorm _attentionNorm;
    private readonly FlatWeight _qkv;
    private readonly FlatWeight _o;
    private readonly MlpHalf.Weights _mlp;
    private readonly Attention _attention;

    public FusedBlock(ModelShape shape, string prefix, IFlatWeights weights, Attention attention)
    {
        _scale = shape.ResidualScale;
        FlatWeight Find(string first, string? last = null) =>
            weights.Find($"{prefix}{first}.weight", $"{prefix}{last ?? first}.weight");
        _attention = attention;
        _attentionNorm = new RowNorm(Find("input_layernorm"), shape.RmsNormEps);
        _qkv = Find("self_attn.q_proj", "self_attn.v_proj");
        _o = Find("self_attn.o_proj");
        _mlp = new MlpHalf.Weights(
            new RowNorm(Find("post_attention_layernorm"), shape.RmsNormEps), Find("mlp.gate_proj", "mlp.up_proj"),
            Find("mlp.down_proj"), shape.ResidualScale);
    }

    public Tensor Forward(Tensor hidden, long batch, AttentionLayout layout)
    {
        using var scope = NewDisposeScope();
        var qkv = NormedProduct.apply(hidden, _attentionNorm, _qkv);
        var mixed = _attention.Mix(qkv.view(batch, -1, qkv.shape[1]), layout);
        hidden = ResidualProduct.apply(mixed.view(hidden.shape[0], -1), hidden, _o, _scale);
        return MlpHalf.apply(hidden, _mlp).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _attentionNorm.Dispose();
        _qkv.Dispose();
        _o.Dispose();
        _mlp.Dispose();
    }
}
