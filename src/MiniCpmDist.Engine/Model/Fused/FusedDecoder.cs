using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Model.Experts;
using MiniCpmDist.Engine.Model.Vision;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Fused;

/// <summary>
/// The model of <see cref="MiniCpmForCausalLM"/>, from ids to the loss, over flat float32 buffers in host memory: few
/// nodes in the graph, each of which decides what it keeps, and gradients of weights that are added where they belong.
/// A graph can be walked back once.
/// </summary>
internal sealed class FusedDecoder : IDisposable
{
    private const string Embedding = "model.embed_tokens.weight";
    private const string FinalNormName = "model.norm.weight";
    private const string UntiedHead = "lm_head.weight";

    private readonly double _embeddingScale;
    private readonly Tensor _parameter;
    private readonly FlatWeight _embedding;
    private readonly FusedBlock[] _blocks;
    private readonly RowNorm _norm;
    private readonly FlatWeight _head;
    private readonly FusedLayouts _layouts;
    private readonly bool _isAdapted;

    /// <param name="shape">Of the model.</param>
    /// <param name="routers">Those of its layers; null for a model without experts.</param>
    /// <param name="embedding">The embedding's parameter, which lies in the flat buffers already.</param>
    /// <param name="weights">The flat buffers.</param>
    /// <param name="checkpointing">What blocks compute again in backward.</param>
    /// <param name="isAdapted">Adapters are trained, and the embedding is not.</param>
    /// <param name="window">As <see cref="MiniCpmForCausalLM.Window"/>.</param>
    public FusedDecoder(
        ModelShape shape, RouterBook? routers, Tensor embedding, IFlatWeights weights,
        ActivationCheckpointing checkpointing, bool isAdapted, long window)
    {
        _isAdapted = isAdapted;
        _embeddingScale = shape.ScaleEmb;
        _parameter = embedding;
        _layouts = new FusedLayouts(shape, window);
        _embedding = weights.Find(Embedding, Embedding);
        _blocks =
        [
            .. Enumerable.Range(0, shape.Layers)
                .Select(layer => new FusedBlock(
                    shape, routers?.Layers[layer], $"model.layers.{layer}.", weights, checkpointing)),
        ];
        // The logits are divided by d_m / d_base: here, where it costs nothing.
        _norm = new RowNorm(weights.Find(FinalNormName, FinalNormName), shape.RmsNormEps, 1 / shape.ScaleWidth);
        var head = shape.TieWordEmbeddings ? Embedding : UntiedHead;
        _head = weights.Find(head, head);
    }

    /// <summary>As <see cref="MiniCpmDecoder.Reached"/>.</summary>
    public Action<int>? Reached { get; set; }

    /// <summary>As <see cref="MiniCpmForCausalLM.forward"/>, with features of pictures in some positions.</summary>
    public Tensor Hidden(Tensor ids, SegmentLengths? segmentLengths, ImageFeatures? seen)
    {
        using var scope = NewDisposeScope();
        var (call, rotary) = _layouts.For(ids.shape[0], ids.shape[1], segmentLengths);
        var hidden = EmbeddedTokens.apply(_parameter, ids.reshape(-1).contiguous(), _embedding, _embeddingScale);
        // No tensor that the graph knows is trained: its functions get adapters inside of their weights.
        if (_isAdapted && is_grad_enabled())
            hidden.requires_grad = true;
        hidden = seen?.Over(hidden) ?? hidden;
        foreach (var (i, block) in _blocks.Index())
            hidden = block.Forward(BackwardMark.Set(hidden, i, Reached), call, rotary);
        return FinalNorm.apply(BackwardMark.Set(hidden, _blocks.Length, Reached), _norm)
            .view(ids.shape[0], ids.shape[1], -1)
            .MoveToOuterDisposeScope();
    }

    /// <summary>As <see cref="MiniCpmForCausalLM.LossSum"/>, from hidden states.</summary>
    public Tensor LossSum(Tensor hidden, Tensor targets, Tensor? tokenLosses, double? gradientFactor)
    {
        using var scope = NewDisposeScope();
        var losses = tokenLosses ?? empty(hidden.shape[0], ScalarType.Float32);
        return FusedCrossEntropy.apply(
                hidden, _head, targets.contiguous(), is_grad_enabled(), gradientFactor!, losses)
            .MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _embedding.Dispose();
        foreach (var block in _blocks)
            block.Dispose();
        _norm.Dispose();
        _head.Dispose();
        _layouts.Dispose();
    }
}
