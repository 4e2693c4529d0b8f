using MiniCpmDist.Core.Images;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Model.Experts;
using MiniCpmDist.Engine.Model.Fused;
using MiniCpmDist.Engine.Model.Vision;
using MiniCpmDist.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model;

/// <summary>
/// MiniCPM (arXiv 2404.06395, sections 3 and 6): a pre-norm decoder with RMSNorm, RoPE, grouped-query attention and
/// SwiGLU, whose embedding output, residual branches and logits are scaled so that one learning rate fits all widths.
/// Parameter names are those of Hugging Face's MiniCPM.
/// </summary>
/// <remarks>
/// Build it outside any <see cref="DisposeScope"/>: a scope that closes would take the parameters with it.
/// </remarks>
public sealed partial class MiniCpmForCausalLM : nn.Module<Tensor, SegmentLengths?, Tensor>
{
    private readonly MiniCpmDecoder _model;
    private readonly Projection? _untiedHead;
    private readonly AttentionLayouts _layouts;
    private readonly ActivationCheckpointing _checkpointing;
    private readonly ImageReader? _images;
    private FusedDecoder? _fused;

    /// <param name="shape">Dimensions and scales.</param>
    /// <param name="dtype">Type of parameters and activations; float64 serves the reference tests.</param>
    /// <param name="kernels">Fused kernels are used as soon as the parameters lie in flat buffers.</param>
    /// <param name="checkpointing">What backward computes again; without gradients nothing is kept anyway.</param>
    /// <param name="lora">Adapters of its matrices; null for none.</param>
    /// <param name="window">See <see cref="Window"/>.</param>
    public MiniCpmForCausalLM(
        ModelShape shape, ScalarType dtype = ScalarType.Float32, KernelSet kernels = KernelSet.Plain,
        ActivationCheckpointing checkpointing = ActivationCheckpointing.None, LoraOptions? lora = null,
        long window = 0)
        : base(nameof(MiniCpmForCausalLM))
    {
        Shape = shape;
        Kernels = kernels;
        _checkpointing = checkpointing;
        Window = window;
        _layouts = new AttentionLayouts(shape.Rotary, window, dtype);
        Routers = RouterBook.Of(shape);
        _model = new MiniCpmDecoder(shape, Routers, dtype, checkpointing);
        register_module("model", _model);
        if (shape.Vision is { } vision)
        {
            var encoder = new ImageEncoder(vision, dtype);
            var resampler = new Resampler(vision, shape.HiddenSize, dtype);
            register_module("vpm", encoder);
            register_module("resampler", resampler);
            _images = new ImageReader(vision, encoder, resampler);
        }
        if (!shape.TieWordEmbeddings)
        {
            _untiedHead = new Projection(shape.HiddenSize, shape.VocabularySize, dtype);
            register_module("lm_head", _untiedHead);
        }
        Lora = lora;
        if (lora is null)
            return;
        _model.IsAdapted = true;
        var projections = Projections();
        foreach (var spec in AdapterList.Matrices(shape, lora.Matrices))
            projections[spec.Name].Adapt(lora);
    }

    public ModelShape Shape { get; }

    /// <summary>What adapters the matrices have; null for none.</summary>
    public LoraOptions? Lora { get; }

    /// <summary>
    /// Positions that the model is meant for; 0: as long as what it is given. Where the length of a sequence decides
    /// its rotary angles, a shorter one is turned as one of this length: all that a model is asked has one base.
    /// </summary>
    public long Window { get; }

    /// <summary>The modules or kernels that compute the model.</summary>
    public KernelSet Kernels { get; }

    /// <summary>The routers of the layers; null for a model without experts.</summary>
    internal RouterBook? Routers { get; }

    /// <summary>The parameter of the embedding, <c>[vocabulary, hidden]</c>.</summary>
    internal Tensor Embedding => _model.Embedding;

    /// <summary>The output projection, <c>[vocabulary, hidden]</c>: the embedding itself where they are tied.</summary>
    public Tensor Head => _untiedHead?.Weight ?? _model.Embedding;

    /// <summary>
    /// Hidden states after the final norm, divided by d_m / d_base so that the logits need no scale of their own.
    /// </summary>
    /// <param name="ids">Token ids <c>[batch, seq]</c>, int64.</param>
    /// <param name="segmentLengths">Row by row over the batch, the positions of each segment; those of a row add up
    /// to seq. Attention stays inside a segment and its stem, and positions count from the beginning of these. Null:
    /// every row is one segment.</param>
    /// <returns><c>[batch, seq, hidden]</c>; the caller's scope owns it.</returns>
    /// <exception cref="ArgumentException">Ids of another rank, or segments that do not fit the rows.</exception>
    public override Tensor forward(Tensor ids, SegmentLengths? segmentLengths) => Hidden(ids, segmentLengths, null);

    /// <summary>
    /// As <see cref="forward"/>, where the model sees pictures: their features take the place of embeddings, whatever
    /// the ids there.
    /// </summary>
    /// <param name="ids">As <see cref="forward"/> takes them.</param>
    /// <param name="segmentLengths">As <see cref="forward"/> takes them.</param>
    /// <param name="images">Parts of pictures with their places among all positions of the batch, row after row; null
    /// for texts alone.</param>
    /// <exception cref="ArgumentException">The model has no encoder, or features would stand on others or
    /// outside.</exception>
    public Tensor Hidden(Tensor ids, SegmentLengths? segmentLengths, IReadOnlyList<PlacedPart>? images)
    {
        Require.Rank(ids, 2, "ids");
        var (batch, length) = (ids.shape[0], ids.shape[1]);
        using var scope = NewDisposeScope();
        var seen = See(images, batch * length);
        if (_fused is { } fused)
            return fused.Hidden(ids, segmentLengths, seen).MoveToOuterDisposeScope();
        var layout = _layouts.For(batch, length, segmentLengths);
        if (layout.Windows is null)
            return _model.Hidden(ids, layout, seen).DividedBy(Shape.ScaleWidth).MoveToOuterDisposeScope();
        var hidden = _model.Hidden(ids.reshape(1, -1), layout, seen)
            .DividedBy(Shape.ScaleWidth);                                                  // [1, batch * seq, hidden]
        return hidden.view(batch, length, -1).MoveToOuterDisposeScope();
    }

    /// <summary>The features of pictures, with their places; null for texts alone.</summary>
    /// <exception cref="ArgumentException">The model has no encoder, or a part stands on another or
    /// outside.</exception>
    internal ImageFeatures? See(IReadOnlyList<PlacedPart>? images, long positions)
    {
        if (images is null or [])
            return null;
        if (_images is null)
            throw new ArgumentException("Expected texts alone: the model has no image encoder.", nameof(images));
        var free = 0L;
        foreach (var part in images)
        {
            if (part.Position < free || part.Position + Shape.Vision!.Queries > positions)
            {
                throw new ArgumentException(
                    $"Expected parts of pictures one after the other within {positions} positions, found one at "
                    + $"{part.Position}.", nameof(images));
            }
            free = part.Position + Shape.Vision!.Queries;
        }
        return _images.Read(images, Head.dtype);
    }

    /// <summary>
    /// Next-token scores <c>[batch, seq, vocabulary]</c>; for generation and tests, never for training.
    /// </summary>
    /// <param name="ids">Token ids <c>[batch, seq]</c>, int64.</param>
    /// <param name="segmentLengths">As <see cref="forward"/> takes them.</param>
    public Tensor Logits(Tensor ids, SegmentLengths? segmentLengths = null) =>
        nn.functional.linear(call(ids, segmentLengths), Head);

    /// <summary>
    /// Scores of the token after the last position, <c>[batch, vocabulary]</c>; no other row is projected.
    /// </summary>
    public Tensor NextLogits(Tensor ids) =>
        nn.functional.linear(call(ids, null).select(1, ids.shape[1] - 1), Head);

    /// <summary>
    /// An empty cache for <see cref="NextLogits(Tensor, KeyValueCache, IReadOnlyList{PlacedPart})"/>; the caller owns
    /// it.
    /// </summary>
    /// <param name="capacity">Positions it has room for.</param>
    public KeyValueCache NewCache(long capacity) => new(Shape, capacity, Window, Head.dtype);

    /// <summary>
    /// Scores of the token after the last position, <c>[1, vocabulary]</c>, without gradient. Only the new positions
    /// are computed; attention finds the others in the cache, and these are added to it. Equal to what all positions
    /// at once would give up to the order of float sums. Many new positions go in pieces (<see cref="PrefillBlock"/>).
    /// </summary>
    /// <param name="ids">The token ids that follow those in the cache, <c>[1, seq]</c>, int64.</param>
    /// <param name="cache">Of this model.</param>
    /// <param name="images">Parts of pictures, with places among the new ids; null for texts alone.</param>
    /// <exception cref="ArgumentException">The cache has no room for them.</exception>
    public Tensor NextLogits(Tensor ids, KeyValueCache cache, IReadOnlyList<PlacedPart>? images = null)
    {
        Require.Shape(ids, nameof(ids), 1, ids.shape[^1]);
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        cache.RequireRoom(ids.shape[1]);
        var seen = See(images, ids.shape[1]);
        var (first, last) = (0L, zeros(0));
        // What is seen has its place among all rows.
        foreach (var count in seen is null ? PrefillBlock.Of(ids.shape[1]) : [ids.shape[1]])
        {
            using var piece = NewDisposeScope();
            last = _model.Continue(ids.narrow(1, first, count), cache, seen).select(1, count - 1).clone()
                .MoveToOuterDisposeScope();
            first += count;
        }
        return RowMatMul.Of(last.DividedBy(Shape.ScaleWidth), Head).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Sum of the token cross entropies in nats, a float64 scalar. Targets below zero carry no loss. The full logits
    /// are never in memory, forward or backward (see <see cref="ChunkedCrossEntropy"/>).
    /// </summary>
    /// <param name="ids">Token ids <c>[batch, seq]</c>, int64.</param>
    /// <param name="targets">The id that follows each position, <c>[batch, seq]</c>, int64.</param>
    /// <param name="segmentLengths">As <see cref="forward"/> takes them.</param>
    /// <param name="tokenLosses">
    /// <c>[batch, seq]</c>, float32, contiguous, without gradient: filled with the loss of each token in nats, 0 where
    /// there is none.
    ///</param>
    /// <param name="gradientFactor">The factor that backward multiplies with, where it is known: fused kernels then add
    /// the head's gradient to the flat one at once, and going back with another factor throws.</param>
    /// <param name="images">As <see cref="Hidden"/> takes them.</param>
    /// <exception cref="ArgumentException">A shape that does not fit, or segments that do not fit the rows.</exception>
    public Tensor LossSum(
        Tensor ids, Tensor targets, SegmentLengths? segmentLengths = null, Tensor? tokenLosses = null,
        double? gradientFactor = null, IReadOnlyList<PlacedPart>? images = null)
    {
        if (tokenLosses is not null)
            Require.Shape(tokenLosses, nameof(tokenLosses), ids.shape);
        return LossSumOf(
            Rows(ids, segmentLengths, images), targets.reshape(-1), tokenLosses?.view(-1), gradientFactor);
    }

    /// <summary>The hidden states of all positions, <c>[batch * seq, hidden]</c>; arguments as above.</summary>
    internal Tensor Rows(Tensor ids, SegmentLengths? segmentLengths, IReadOnlyList<PlacedPart>? images = null) =>
        Hidden(ids, segmentLengths, images).view(-1, Shape.HiddenSize);

    /// <summary><see cref="LossSum"/> from hidden states.</summary>
    /// <param name="hidden"><c>[rows, hidden]</c>, contiguous.</param>
    /// <param name="targets"><c>[rows]</c>, int64.</param>
    /// <param name="tokenLosses">Null, or float32 <c>[rows]</c>.</param>
    /// <param name="gradientFactor">As <see cref="LossSum"/> takes it.</param>
    internal Tensor LossSumOf(
        Tensor hidden, Tensor targets, Tensor? tokenLosses = null, double? gradientFactor = null) =>
        _fused is { } fused
            ? fused.LossSum(hidden, targets, tokenLosses, gradientFactor)
            : ChunkedCrossEntropy.apply(hidden, Head, targets, is_grad_enabled(), tokenLosses!);

    /// <summary>Called after the parameters have moved into flat buffers.</summary>
    /// <param name="weights">Where they lie.</param>
    /// <param name="reached">Wants to know when backward has passed the input of a block, or of the final norm.</param>
    internal void UseFlat(IFlatWeights weights, Action<int>? reached)
    {
        _model.Reached = reached;
        if (Kernels == KernelSet.Plain)
            return;
        _fused?.Dispose();
        _fused = new FusedDecoder(Shape, Routers, _model.Embedding, weights, _checkpointing, Lora is not null, Window)
        {
            Reached = reached,
        };
    }

    /// <summary>The linear maps by the names of their weights.</summary>
    internal Dictionary<string, Projection> Projections()
    {
        var parameters = named_parameters().Select(entry => entry.name).ToHashSet();
        // A registered module has a second name, that of its field, which no parameter has.
        return named_modules()
            .Where(entry => entry.module is Projection && parameters.Contains(entry.name + ".weight"))
            .ToDictionary(entry => entry.name + ".weight", entry => (Projection)entry.module);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _fused?.Dispose();
            _layouts.Dispose();
            _positions?.Dispose();
        }
        base.Dispose(disposing);
    }
}
