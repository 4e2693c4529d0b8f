using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Tensors;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Vision;

/// <summary>One pre-norm block of the encoder: h + Attention(Norm(h)), then h + Mlp(Norm(h)).</summary>
internal sealed class EncoderBlock : nn.Module<Tensor, Tensor>
{
    private readonly LayerNorm _attentionNorm;
    private readonly EncoderAttention _attention;
    private readonly LayerNorm _mlpNorm;
    private readonly EncoderMlp _mlp;

    public EncoderBlock(VisionShape shape, ScalarType dtype) : base(nameof(EncoderBlock))
    {
        _attentionNorm = new LayerNorm(shape.HiddenSize, shape.LayerNormEps, dtype);
        _attention = new EncoderAttention(shape, dtype);
        _mlpNorm = new LayerNorm(shape.HiddenSize, shape.LayerNormEps, dtype);
        _mlp = new EncoderMlp(shape, dtype);
        register_module("norm1", _attentionNorm);
        register_module("attn", _attention);
        register_module("norm2", _mlpNorm);
        register_module("mlp", _mlp);
    }

    public override Tensor forward(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        var attended = hidden.Plus(_attention.call(_attentionNorm.call(hidden)));
        return attended.Plus(_mlp.call(_mlpNorm.call(attended))).MoveToOuterDisposeScope();
    }
}
