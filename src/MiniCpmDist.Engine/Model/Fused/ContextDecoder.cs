using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Engine.Collectives;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Fused;

/// <summary>
/// The model of <see cref="FusedDecoder"/> over sequences that are cut into strands, which lie on one rank or on
/// several (context parallelism). Each strand is computed with products, sums and gradients of its own, so that the
/// bits do not depend on where the others are.
/// </summary>
internal sealed class ContextDecoder : IDisposable
{
    private readonly ModelShape _shape;
    private readonly ContextLink _link;
    private readonly int _strandCount;
    private readonly DecoderWeights[] _strands;
    private readonly Tensor _parameter;
    private readonly ActivationCheckpointing _checkpointing;
    private readonly Action<int>? _reached;
    private readonly long _window;
    private RotaryTable? _rotary;

    /// <param name="model">Its parameters lie in flat buffers.</param>
    /// <param name="weights">The weights, with the gradients of each strand of this rank.</param>
    /// <param name="link">Between the ranks of a sequence.</param>
    /// <param name="checkpointing">What blocks compute again in backward.</param>
    /// <param name="reached">As <see cref="MiniCpmDecoder.Reached"/>.</param>
    public ContextDecoder(
        MiniCpmForCausalLM model, IReadOnlyList<IFlatWeights> weights, ContextLink link,
        ActivationCheckpointing checkpointing, Action<int>? reached)
    {
        (_shape, _link, _checkpointing, _reached) = (model.Shape, link, checkpointing, reached);
        (_parameter, _window) = (model.Embedding, model.Window);
        _strandCount = weights.Count * link.Count;
        _strands = [.. weights.Select(strand => new DecoderWeights(_shape, null, strand, checkpointing))];
    }

    /// <summary>The losses of a micro-batch, of each strand of this rank; the caller's scope owns them.</summary>
    /// <param name="ids">Of all positions, row after row.</param>
    /// <param name="targets">The id that follows each; below zero: no loss.</param>
    /// <param name="documents">Their lengths, row after row.</param>
    /// <param name="sequences">Rows.</param>
    /// <param name="gradientFactor">As <see cref="MiniCpmForCausalLM.LossSum"/> takes it.</param>
    public IReadOnlyList<StrandLoss> LossCollective(
        long[] ids, long[] targets, SegmentLengths documents, int sequences, double? gradientFactor = null)
    {
        var length = ids.Length / sequences;
        SequenceStrand[] strands =
        [
            .. Enumerable.Range(0, _strandCount)
                .Select(strand => new SequenceStrand(_strandCount, strand, length, sequences)),
        ];
        var own = strands.AsSpan(_link.Own * _strands.Length, _strands.Length).ToArray();
        var pass = new StrandPass(_shape, _link, strands, documents, RotaryFor(length));
        var hidden = HiddenCollective([.. own.Select(strand => tensor(strand.Of<long>(ids)))], pass);
        var byStrand = pass.Count == 1 ? [hidden] : hidden.split(pass.Rows, 0);
        return
        [
            .. own.Select((strand, i) => LossOf(
                byStrand[i], _strands[i], tensor(strand.Of<long>(targets)), sequences, gradientFactor)),
        ];
    }

    public void Dispose()
    {
        foreach (var strand in _strands)
            strand.Dispose();
        _rotary?.Dispose();
    }

    /// <summary>Hidden states of all own strands, <c>[strands · rows, hidden]</c>.</summary>
    private Tensor HiddenCollective(Tensor[] ids, StrandPass pass)
    {
        using var scope = NewDisposeScope();
        Tensor[] embedded =
        [
            .. ids.Zip(_strands, (own, weights) => EmbeddedTokens.apply(
                _parameter, own, weights.Embedding, _shape.ScaleEmb)),
        ];
        var hidden = embedded.Length == 1 ? embedded[0] : cat(embedded, 0);
        for (var layer = 0; layer < _shape.Layers; layer++)
        {
            FusedBlock[] blocks = [.. _strands.Select(strand => strand.Blocks[layer])];
            hidden = BlockCollective(BackwardMark.Set(hidden, layer, _reached), blocks, pass);
        }
        return pass.Each(
                BackwardMark.Set(hidden, _shape.Layers, _reached),
                (rows, strand) => FinalNorm.apply(rows, _strands[strand].Norm))
            .MoveToOuterDisposeScope();
    }

    private Tensor BlockCollective(Tensor hidden, FusedBlock[] blocks, StrandPass pass)
    {
        if (_checkpointing == ActivationCheckpointing.Full)
            return CheckpointedStrands.apply(hidden, blocks, pass);
        var again = _checkpointing == ActivationCheckpointing.Selective;
        using var attended = StrandAttention.apply(hidden, blocks.Select(block => block.Attention).ToArray(), pass);
        return pass.Each(attended, (rows, strand) => blocks[strand].FeedForward.Forward(rows, again));
    }

    private static StrandLoss LossOf(
        Tensor hidden, DecoderWeights weights, Tensor targets, int sequences, double? gradientFactor)
    {
        using var scope = NewDisposeScope();
        var losses = zeros(targets.shape[0], ScalarType.Float32);
        var sum = FusedCrossEntropy.apply(
            hidden, weights.Head, targets, is_grad_enabled(), gradientFactor!, losses);
        return new StrandLoss(
            sum.MoveToOuterDisposeScope(),
            losses.view(sequences, -1).sum([1L], type: ScalarType.Float64).MoveToOuterDisposeScope());
    }

    private RotaryTable RotaryFor(int length)
    {
        if (_rotary is null || _rotary.Positions != length)
        {
            _rotary?.Dispose();
            _rotary = RotaryTable.Create(length, _shape.Rotary, Math.Max(_window, length));
        }
        return _rotary;
    }
}
