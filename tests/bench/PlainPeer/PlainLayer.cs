using MiniCpmDist.Core.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.PlainPeer;

/// <summary>Attention and feed-forward, each after a norm and added with a scale.</summary>
internal sealed class PlainLayer : nn.Module<Tensor, Tensor, Tensor, Tensor>
{
    private readonly double _scale;
    private readonly PlainNorm _inputLayernorm;
    private readonly PlainAttention _selfAttn;
    private readonly PlainNorm _postAttentionLayernorm;
    private readonly PlainSwiGlu _mlp;

    public PlainLayer(ModelShape shape) : base(nameof(PlainLayer))
    {
        _scale = shape.ResidualScale;
        _inputLayernorm = new PlainNorm(shape.HiddenSize, shape.RmsNormEps);
        _selfAttn = new PlainAttention(shape);
        _postAttentionLayernorm = new PlainNorm(shape.HiddenSize, shape.RmsNormEps);
        _mlp = new PlainSwiGlu(shape);
        register_module("input_layernorm", _inputLayernorm);
        register_module("self_attn", _selfAttn);
        register_module("post_attention_layernorm", _postAttentionLayernorm);
        register_module("mlp", _mlp);
    }

    public override Tensor forward(Tensor x, Tensor cos, Tensor sin)
    {
        using var scope = NewDisposeScope();
        var attended = x.add(_selfAttn.call(_inputLayernorm.call(x), cos, sin), alpha: _scale);
        return attended.add(_mlp.call(_postAttentionLayernorm.call(attended)), alpha: _scale)
            .MoveToOuterDisposeScope();
    }
}
