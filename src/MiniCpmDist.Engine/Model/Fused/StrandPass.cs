using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Tensors;
using MiniCpmDist.Native.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Fused;

/// <summary>
/// A rank's strands of one micro-batch: their queries, the keys and values that the ranks of the sequence bring
/// together for them, and the gradients of these, which are added up in one order whatever the number of ranks.
/// </summary>
internal sealed class StrandPass
{
    private const int FloatsOfLine = 16;

    private readonly ContextLink _link;
    private readonly SequenceStrand[] _own;
    private readonly long[][] _stretches;
    private readonly long _positions;

    /// <param name="shape">Of the model.</param>
    /// <param name="link">Between the ranks of the sequence.</param>
    /// <param name="strands">All strands of the micro-batch.</param>
    /// <param name="documents">Of all sequences, row after row.</param>
    /// <param name="rotary">Positions of a whole sequence; lives until backward is over.</param>
    public StrandPass(
        ModelShape shape, ContextLink link, IReadOnlyList<SequenceStrand> strands, SegmentLengths documents,
        RotaryTable rotary)
    {
        (_link, Rotary) = (link, rotary);
        _positions = documents.Sum(length => (long)length);
        var ofMember = strands.Chunk(strands.Count / link.Count).ToArray();
        _own = ofMember[link.Own];
        Calls = [.. _own.Select(strand => Call(shape, strand.Pieces(documents), _positions))];
        _stretches =
        [
            .. ofMember.Select(member => member
                .SelectMany(strand => strand.Stretches)
                .Select(first => first * Calls[0].KeyWidth)
                .ToArray()),
        ];
    }

    public RotaryTable Rotary { get; }

    /// <summary>The attention of each own strand, over keys and values of all positions.</summary>
    public IReadOnlyList<AttentionCall> Calls { get; }

    /// <summary>Own strands.</summary>
    public int Count => _own.Length;

    /// <summary>Rows of one of them.</summary>
    public int Rows => _own[0].Rows;

    private int StretchLength => _own[0].StretchLength;

    /// <summary>One strand's rows of those of all own ones.</summary>
    public Tensor Of(Tensor rows, int strand) =>
        Count == 1 ? rows : Aligned(rows.narrow(0, (long)strand * Rows, Rows));

    /// <summary>The rows of all own strands one after the other, as nodes of the graph.</summary>
    public Tensor Each(Tensor rows, Func<Tensor, int, Tensor> compute)
    {
        if (Count == 1)
            return compute(rows, 0);
        using var scope = NewDisposeScope();
        // Not narrow: in backward each narrow adds a gradient of all rows.
        return cat([.. rows.split(Rows, 0).Select((own, strand) => compute(Aligned(own), strand))], 0)
            .MoveToOuterDisposeScope();
    }

    /// <summary>Keys and values of all positions, <c>[positions, 2·kv_heads·head_dim]</c>.</summary>
    /// <param name="qkv">Of each own strand, turned.</param>
    public Tensor GatherCollective(IReadOnlyList<Tensor> qkv)
    {
        using var scope = NewDisposeScope();
        var all = empty([_positions, Calls[0].KeyWidth], ScalarType.Float32);
        foreach (var (strand, own) in _own.Index())
        {
            var rows = qkv[strand].narrow(1, Calls[0].OutputWidth, Calls[0].KeyWidth);
            foreach (var (i, first) in own.Stretches.Index())
                Stretch(all, first).copy_(Stretch(rows, i * StretchLength));
        }
        _link.GatherCollective(TensorAddress.Of(all), _stretches, StretchLength * Calls[0].KeyWidth);
        return all.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The gradients of the own strands' keys and values, out of all queries: those of each strand's queries are added
    /// up pairwise, neighbours first, within a rank and then across ranks.
    /// </summary>
    /// <param name="add">Adds a strand's numbers for all positions to zeros.</param>
    /// <returns>Of each own strand, <c>[rows, 2·kv_heads·head_dim]</c>.</returns>
    public IReadOnlyList<Tensor> AddCollective(Action<int, Tensor> add)
    {
        using var scope = NewDisposeScope();
        var sum = SumOf(0, Count, add);
        var received = empty([_link.Count, (long)Count * Rows, Calls[0].KeyWidth], ScalarType.Float32);
        _link.ScatterCollective(
            TensorAddress.Of(sum), _stretches, StretchLength * Calls[0].KeyWidth, TensorAddress.Of(received));
        var own = received.select(0, _link.Own);
        foreach (var (i, first) in _own.SelectMany(strand => strand.Stretches).Index())
            Stretch(own, i * StretchLength).copy_(Stretch(sum, first));
        for (var width = 1; width < _link.Count; width *= 2)
        {
            for (var i = 0; i < _link.Count; i += 2 * width)
                received.select(0, i).PlusInPlace(received.select(0, i + width));
        }
        var total = received.select(0, 0);
        return [.. Enumerable.Range(0, Count).Select(strand => Of(total, strand).MoveToOuterDisposeScope())];
    }

    private Tensor SumOf(int first, int count, Action<int, Tensor> add)
    {
        using var scope = NewDisposeScope();
        if (count == 1)
        {
            var numbers = zeros([_positions, Calls[0].KeyWidth], ScalarType.Float32);
            add(first, numbers);
            return numbers.MoveToOuterDisposeScope();
        }
        var left = SumOf(first, count / 2, add);
        return left.PlusInPlace(SumOf(first + count / 2, count / 2, add)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// A BLAS may add up otherwise where rows begin in the middle of a vector, as they never do on a rank of their own.
    /// </summary>
    private static Tensor Aligned(Tensor rows) => rows.storage_offset() % FloatsOfLine == 0 ? rows : rows.clone();

    private Tensor Stretch(Tensor rows, long first) => rows.narrow(0, first, StretchLength);

    private static AttentionCall Call(ModelShape shape, IReadOnlyList<StrandPiece> pieces, long positions) => new(
        shape.Heads, shape.KeyValueHeads, shape.HeadDim, [.. pieces.Select(piece => piece.Length)], get_num_threads())
    {
        Keys = new KeyPlaces(
            [.. pieces.Select(piece => (long)piece.First)], [.. pieces.Select(piece => piece.Earlier)], positions),
    };
}
