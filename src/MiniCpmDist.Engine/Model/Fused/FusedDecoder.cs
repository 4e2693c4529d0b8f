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
    private readonly double _embeddingScale;
    private readonly Tensor _parameter;
    private readonly DecoderWeights _weights;
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
        _weights = new DecoderWeights(shape, routers, weights, checkpointing);
    }

    /// <summary>As <see cref="MiniCpmDecoder.Reached"/>.</summary>
    public Action<int>? Reached { get; set; }

    /// <summary>As <see cref="MiniCpmForCausalLM.forward"/>, with features of pictures in some positions.</summary>
    public Tensor Hidden(Tensor ids, SegmentLengths? segmentLengths, ImageFeatures? seen)
    {
        using var scope = NewDisposeScope();
        var (call, rotary) = _layouts.For(ids.shape[0], ids.shape[1], segmentLengths);
        var hidden = EmbeddedTokens.apply(
            _parameter, ids.reshape(-1).contiguous(), _weights.Embedding, _embeddingScale);
        // No tensor that the graph knows is trained: its functions get adapters inside of their weights.
        if (_isAdapted && is_grad_enabled())
            hidden.requires_grad = true;
        hidden = seen?.Over(hidden) ?? hidden;
        foreach (var (i, block) in _weights.Blocks.Index())
            hidden = block.Forward(BackwardMark.Set(hidden, i, Reached), call, rotary);
        return FinalNorm.apply(BackwardMark.Set(hidden, _weights.Blocks.Length, Reached), _weights.Norm)
            .view(ids.shape[0], ids.shape[1], -1)
            .MoveToOuterDisposeScope();
    }

    /// <summary>As <see cref="MiniCpmForCausalLM.LossSum"/>, from hidden states.</summary>
    public Tensor LossSum(Tensor hidden, Tensor targets, Tensor? tokenLosses, double? gradientFactor)
    {
        using var scope = NewDisposeScope();
        var losses = tokenLosses ?? empty(hidden.shape[0], ScalarType.Float32);
        return FusedCrossEntropy.apply(
                hidden, _weights.Head, targets.contiguous(), is_grad_enabled(), gradientFactor!, losses)
            .MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _weights.Dispose();
        _layouts.Dispose();
    }
}
