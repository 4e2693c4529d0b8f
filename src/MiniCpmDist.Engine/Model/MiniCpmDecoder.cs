using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Model.Experts;
using MiniCpmDist.Engine.Model.Vision;
using MiniCpmDist.Engine.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model;

/// <summary>
/// Embedding, blocks and final norm: ids <c>[batch, seq]</c> to hidden states <c>[batch, seq, hidden]</c>.
/// </summary>
internal sealed class MiniCpmDecoder : nn.Module<Tensor, AttentionLayout, Tensor>
{
    private readonly double _scaleEmb;
    private readonly TokenEmbedding _embedding;
    private readonly ModuleList<DecoderBlock> _layers = new();
    private readonly RmsNorm _norm;

    public MiniCpmDecoder(
        ModelShape shape, RouterBook? routers, ScalarType dtype, ActivationCheckpointing checkpointing)
        : base(nameof(MiniCpmDecoder))
    {
        _scaleEmb = shape.ScaleEmb;
        _embedding = new TokenEmbedding(shape.VocabularySize, shape.HiddenSize, dtype);
        for (var i = 0; i < shape.Layers; i++)
            _layers.Add(new DecoderBlock(shape, routers?.Layers[i], dtype, checkpointing));
        _norm = new RmsNorm(shape.HiddenSize, shape.RmsNormEps, dtype);
        register_module("embed_tokens", _embedding);
        register_module("layers", _layers);
        register_module("norm", _norm);
    }

    public Tensor Embedding => _embedding.Weight;

    /// <summary>
    /// Called when backward has passed the input of a block, or of the final norm after the last one.
    /// </summary>
    public Action<int>? Reached { get; set; }

    /// <summary>True where adapters are trained, and the embedding is not.</summary>
    public bool IsAdapted { get; set; }

    public override Tensor forward(Tensor ids, AttentionLayout layout) => Hidden(ids, layout, seen: null);

    /// <summary>As <see cref="forward"/>, with features of pictures in some positions.</summary>
    public Tensor Hidden(Tensor ids, AttentionLayout layout, ImageFeatures? seen)
    {
        var hidden = _embedding.call(ids).Times(_scaleEmb);
        // A block that is computed again in backward is one function of this, and knows nothing else that is trained.
        if (IsAdapted && is_grad_enabled())
            hidden.requires_grad = true;
        if (seen is not null)
            hidden = seen.Over(hidden.view(-1, hidden.shape[^1])).view(hidden.shape);
        foreach (var (i, layer) in _layers.Index())
            hidden = layer.call(BackwardMark.Set(hidden, i, Reached), layout);
        return _norm.call(BackwardMark.Set(hidden, _layers.Count, Reached));
    }

    /// <summary>Hidden states of positions that follow those in the cache, which then has them, too.</summary>
    public Tensor Continue(Tensor ids, KeyValueCache cache, ImageFeatures? seen)
    {
        using var scope = NewDisposeScope();
        using var step = cache.Extend(ids.shape[1]);
        var hidden = _embedding.call(ids).Times(_scaleEmb);                                     // [1, seq, hidden]
        if (seen is not null)
            hidden = seen.Over(hidden.squeeze(0)).unsqueeze(0);
        foreach (var (i, layer) in _layers.Index())
            hidden = layer.Continue(hidden, step, cache.Layers[i]);
        return _norm.call(hidden).MoveToOuterDisposeScope();
    }

    /// <summary>Hidden states of the rows of branches, <c>[1, rows, hidden]</c>.</summary>
    public Tensor Continue(BranchPass pass)
    {
        using var scope = NewDisposeScope();
        var hidden = _embedding.call(pass.Ids).Times(_scaleEmb);
        foreach (var (i, layer) in _layers.Index())
        {
            var next = layer.Continue(hidden, pass, i);
            hidden.Dispose();
            hidden = next;
        }
        pass.Finish();
        return _norm.call(hidden).MoveToOuterDisposeScope();
    }
}
