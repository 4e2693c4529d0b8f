using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Model.Experts;
using MiniCpmDist.Engine.Tensors;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model;

/// <summary>
/// One pre-norm block: <c>h + s·Attention(Norm(h))</c>, then <c>h + s·Mlp(Norm(h))</c> with s = scale_depth/√layers
/// (arXiv 2404.06395, table 7). <c>[batch, seq, hidden]</c> in and out.
/// </summary>
internal sealed class DecoderBlock : nn.Module<Tensor, AttentionLayout, Tensor>
{
    private readonly double _residualScale;
    private readonly ActivationCheckpointing _checkpointing;
    private readonly RmsNorm _attentionNorm;
    private readonly Attention _attention;
    private readonly RmsNorm _mlpNorm;
    private readonly nn.Module<Tensor, Tensor> _mlp;

    /// <param name="shape">Of the model.</param>
    /// <param name="layer">The router of the block; null for a model without experts.</param>
    /// <param name="dtype">Type of parameters and activations.</param>
    /// <param name="checkpointing">What backward computes again.</param>
    public DecoderBlock(
        ModelShape shape, LayerRouter? layer, ScalarType dtype, ActivationCheckpointing checkpointing)
        : base(nameof(DecoderBlock))
    {
        _checkpointing = checkpointing;
        _residualScale = shape.ResidualScale;
        _attentionNorm = new RmsNorm(shape.HiddenSize, shape.RmsNormEps, dtype);
        _attention = new Attention(shape, dtype);
        _mlpNorm = new RmsNorm(shape.HiddenSize, shape.RmsNormEps, dtype);
        _mlp = FeedForwardModules.Plain(shape, layer, dtype);
        register_module("input_layernorm", _attentionNorm);
        register_module("self_attn", _attention);
        register_module("post_attention_layernorm", _mlpNorm);
        register_module("mlp", _mlp);
    }

    public override Tensor forward(Tensor hidden, AttentionLayout layout)
    {
        var checkpointing = is_grad_enabled() ? _checkpointing : ActivationCheckpointing.None;
        if (checkpointing == ActivationCheckpointing.Full)
            return CheckpointedFunction.apply(
                hidden, (CheckpointedFunction.Part)(input => AddMlp(AddAttention(input, layout))));
        using var attended = AddAttention(hidden, layout);
        return checkpointing == ActivationCheckpointing.Selective
            ? CheckpointedFunction.apply(attended, (CheckpointedFunction.Part)AddMlp)
            : AddMlp(attended);
    }

    /// <summary>Computes the block for positions that follow those in a cache.</summary>
    public Tensor Continue(Tensor hidden, CacheStep step, CachedLayer layer)
    {
        using var scope = NewDisposeScope();
        hidden = hidden.PlusScaled(_attention.Continue(_attentionNorm.call(hidden), step, layer), _residualScale);
        return AddMlp(hidden).MoveToOuterDisposeScope();
    }

    /// <summary>Computes the block for branches of texts.</summary>
    public Tensor Continue(Tensor hidden, BranchPass pass, int layer)
    {
        using var scope = NewDisposeScope();
        hidden = hidden.PlusScaled(_attention.Continue(_attentionNorm.call(hidden), pass, layer), _residualScale);
        return AddMlp(hidden).MoveToOuterDisposeScope();
    }

    private Tensor AddAttention(Tensor hidden, AttentionLayout layout)
    {
        using var scope = NewDisposeScope();
        return hidden.PlusScaled(_attention.call(_attentionNorm.call(hidden), layout), _residualScale)
            .MoveToOuterDisposeScope();
    }

    private Tensor AddMlp(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        return hidden.PlusScaled(_mlp.call(_mlpNorm.call(hidden)), _residualScale).MoveToOuterDisposeScope();
    }
}
