using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Vision;

/// <summary>
/// One cross-attention from learned queries to the patches of a part: <c>[parts, patches, encoder width]</c> to
/// <c>[parts, queries, hidden]</c>. With kv = Norm(W·x), keys are made of kv + positions and values of kv; queries of
/// Norm(query), in 2.0 with positions of their own; the result is Norm(attention) · P, from the right.
/// </summary>
internal sealed class Resampler : nn.Module<Tensor, long, long, Tensor>
{
    private readonly int _heads;
    private readonly Parameter _query;
    private readonly Parameter? _queryPositions;
    private readonly Parameter _projection;
    private readonly Projection _keysAndValues;
    private readonly ResamplerAttention _attention;
    private readonly LayerNorm _queryNorm;
    private readonly LayerNorm _inputNorm;
    private readonly LayerNorm _outputNorm;
    private readonly Dictionary<(long Rows, long Columns), Tensor> _positions = [];

    public Resampler(VisionShape shape, int hidden, ScalarType dtype) : base(nameof(Resampler))
    {
        _heads = hidden / shape.ResamplerHeadDim;
        _query = new Parameter(empty(shape.Queries, hidden, dtype));
        register_parameter("query", _query);
        if (shape.QueryPositions)
        {
            _queryPositions = new Parameter(empty(shape.Queries, hidden, dtype), requires_grad: false);
            register_parameter("pos_embed", _queryPositions);
        }
        _projection = new Parameter(empty(hidden, hidden, dtype));
        _keysAndValues = new Projection(shape.HiddenSize, hidden, dtype);
        _attention = new ResamplerAttention(hidden, dtype);
        _queryNorm = new LayerNorm(hidden, shape.LayerNormEps, dtype);
        _inputNorm = new LayerNorm(hidden, shape.LayerNormEps, dtype);
        _outputNorm = new LayerNorm(hidden, shape.LayerNormEps, dtype);
        register_parameter("proj", _projection);
        register_module("kv_proj", _keysAndValues);
        register_module("attn", _attention);
        register_module("ln_q", _queryNorm);
        register_module("ln_kv", _inputNorm);
        register_module("ln_post", _outputNorm);
    }

    /// <param name="encoded"><c>[parts, rows · columns, encoder width]</c>.</param>
    /// <param name="rows">Of patches.</param>
    /// <param name="columns">Of patches.</param>
    public override Tensor forward(Tensor encoded, long rows, long columns)
    {
        using var scope = NewDisposeScope();
        var keysAndValues = _inputNorm.call(_keysAndValues.call(encoded));              // [parts, patches, hidden]
        var queries = _queryNorm.call(_query);                                          // [queries, hidden]
        if (_queryPositions is not null)
            queries = queries.Plus(_queryPositions);
        var mixed = _attention.call(
            queries, keysAndValues.Plus(PositionsOf(rows, columns)), keysAndValues, _heads);
        var normed = _outputNorm.call(mixed);                                           // [parts, queries, hidden]
        return normed.view(-1, normed.shape[2]).mm(_projection).view(normed.shape).MoveToOuterDisposeScope();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var positions in _positions.Values)
                positions.Dispose();
            _positions.Clear();
        }
        base.Dispose(disposing);
    }

    private Tensor PositionsOf(long rows, long columns)
    {
        if (_positions.TryGetValue((rows, columns), out var known))
            return known;
        var width = (int)_query.shape[1];
        var table = tensor(
            SineCosinePositions.Of((int)columns, (int)rows, width), [rows * columns, width], dtype: _query.dtype);
        return _positions[(rows, columns)] = table.DetachFromDisposeScope();
    }
}
