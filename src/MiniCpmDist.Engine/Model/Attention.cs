using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Tensors;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model;

/// <summary>
/// Causal grouped-query attention with rotary positions; softmax scale 1/√d_h (the 1/d_h of muP is explicitly not
/// used, arXiv 2404.06395 section 3.1). <c>[batch, seq, hidden]</c> in and out; the batch is 1 where the layout has
/// windows.
/// </summary>
internal sealed partial class Attention : nn.Module<Tensor, AttentionLayout, Tensor>
{
    private readonly ModelShape _shape;
    private readonly float _scale;
    private readonly Projection _q;
    private readonly Projection _k;
    private readonly Projection _v;
    private readonly Projection _o;

    public Attention(ModelShape shape, ScalarType dtype) : base(nameof(Attention))
    {
        _shape = shape;
        _scale = (float)(1 / Math.Sqrt(shape.HeadDim));
        var queryWidth = (long)shape.Heads * shape.HeadDim;
        var keyValueWidth = (long)shape.KeyValueHeads * shape.HeadDim;
        _q = new Projection(shape.HiddenSize, queryWidth, dtype);
        _k = new Projection(shape.HiddenSize, keyValueWidth, dtype);
        _v = new Projection(shape.HiddenSize, keyValueWidth, dtype);
        _o = new Projection(queryWidth, shape.HiddenSize, dtype);
        register_module("q_proj", _q);
        register_module("k_proj", _k);
        register_module("v_proj", _v);
        register_module("o_proj", _o);
    }

    public override Tensor forward(Tensor input, AttentionLayout layout)
    {
        var (batch, length) = (input.shape[0], input.shape[1]);
        // What the graph does not keep is let go of at once, so that the next block finds its memory still warm.
        using var scope = NewDisposeScope();
        var q = Batched(layout.Rotary.Rotate(Heads(_q.call(input), _shape.Heads)));     // [batch·heads, seq, head_dim]
        var k = Batched(ShareAmongQueries(layout.Rotary.Rotate(Heads(_k.call(input), _shape.KeyValueHeads))));
        var v = Batched(ShareAmongQueries(Heads(_v.call(input), _shape.KeyValueHeads)));
        var mixed = Attend(q, k, v, layout)                                              // [batch·heads, seq, head_dim]
            .view(batch, _shape.Heads, length, _shape.HeadDim)
            .transpose(1, 2)
            .reshape(batch, length, -1);
        return _o.call(mixed).MoveToOuterDisposeScope();
    }

    private Tensor Attend(Tensor q, Tensor k, Tensor v, AttentionLayout layout)
    {
        if (layout.Windows is not { } windows)
            return AttendCausally(q, k, v, layout.Masks[0]);
        using var scope = NewDisposeScope();
        // Not narrow: in backward each narrow adds a gradient as long as the whole row.
        var (queries, keys, values) = (q.split(windows, 1), k.split(windows, 1), v.split(windows, 1));
        var mixed = new Tensor[windows.Length];
        for (var i = 0; i < windows.Length; i++)
            mixed[i] = AttendCausally(queries[i], keys[i], values[i], layout.Masks[i]);
        return cat(mixed, 1).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Queries go block by block, each with the keys up to its end: most of what the mask would throw away is never
    /// computed. <c>[batch·heads, length, head_dim]</c> each, and the mask <c>[length, length]</c>.
    /// </summary>
    private Tensor AttendCausally(Tensor q, Tensor k, Tensor v, Tensor mask)
    {
        var length = q.shape[1];
        if (length <= QueryBlock.Length)
            return AttendAll(q, k, v, mask);
        using var scope = NewDisposeScope();
        var queries = q.split(QueryBlock.Length, 1);
        var mixed = new Tensor[queries.Length];
        for (var i = 0; i < queries.Length; i++)
        {
            var (first, count) = (i * QueryBlock.Length, queries[i].shape[1]);
            var end = first + count;
            mixed[i] = AttendAll(
                queries[i], k.narrow(1, 0, end), v.narrow(1, 0, end), mask.narrow(0, first, count).narrow(1, 0, end));
        }
        return cat(mixed, 1).MoveToOuterDisposeScope();
    }

    private Tensor AttendAll(Tensor q, Tensor k, Tensor v, Tensor mask)
    {
        using var scope = NewDisposeScope();
        // Not baddbmm, which would do it in one call: TorchSharp's adds the product of the wrong two.
        var scores = q.bmm(k.transpose(1, 2)).TimesInPlace(_scale).PlusInPlace(mask);
        return scores.softmax(-1).bmm(v).MoveToOuterDisposeScope();
    }

    /// <summary><c>[batch, heads, seq, head_dim]</c> to one batch of matrices.</summary>
    private static Tensor Batched(Tensor heads) =>
        heads.reshape(heads.shape[0] * heads.shape[1], heads.shape[2], heads.shape[3]);

    /// <summary><c>[batch, seq, heads·head_dim]</c> to <c>[batch, heads, seq, head_dim]</c>.</summary>
    private Tensor Heads(Tensor projected, int heads) =>
        projected.view(projected.shape[0], projected.shape[1], heads, _shape.HeadDim).transpose(1, 2);

    /// <summary>Repeats each key-value head for the query heads that share it.</summary>
    private Tensor ShareAmongQueries(Tensor keyValue)
    {
        var group = _shape.Heads / _shape.KeyValueHeads;
        if (group == 1)
            return keyValue;
        var (batch, length) = (keyValue.shape[0], keyValue.shape[2]);
        return keyValue.unsqueeze(2)                                            // [batch, kv_heads, 1, seq, head_dim]
            .expand(batch, _shape.KeyValueHeads, group, length, _shape.HeadDim)
            .reshape(batch, _shape.Heads, length, _shape.HeadDim);
    }
}
