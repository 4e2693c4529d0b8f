using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Vision;

/// <summary>
/// Multi-head attention of shared queries to each part's positions, with the tensor library's names: the three input
/// maps are one matrix.
/// </summary>
internal sealed class ResamplerAttention : nn.Module<Tensor, Tensor, Tensor, int, Tensor>
{
    private readonly Parameter _weight;
    private readonly Parameter _bias;
    private readonly AffineMap _output;

    public ResamplerAttention(int hidden, ScalarType dtype) : base(nameof(ResamplerAttention))
    {
        _weight = new Parameter(empty(3L * hidden, hidden, dtype));
        _bias = new Parameter(empty(3L * hidden, dtype));
        _output = new AffineMap(hidden, hidden, dtype);
        register_parameter("in_proj_weight", _weight);
        register_parameter("in_proj_bias", _bias);
        register_module("out_proj", _output);
    }

    /// <param name="queries"><c>[queries, hidden]</c>, the same for all parts.</param>
    /// <param name="keys"><c>[parts, positions, hidden]</c>.</param>
    /// <param name="values">As <paramref name="keys"/>.</param>
    /// <param name="heads">Of all three.</param>
    public override Tensor forward(Tensor queries, Tensor keys, Tensor values, int heads)
    {
        using var scope = NewDisposeScope();
        var (weights, biases) = (_weight.chunk(3, 0), _bias.chunk(3, 0));
        var q = nn.functional.linear(queries, weights[0], biases[0])
            .unsqueeze(0)
            .expand(keys.shape[0], queries.shape[0], queries.shape[1]);
        var k = nn.functional.linear(keys, weights[1], biases[1]);
        var v = nn.functional.linear(values, weights[2], biases[2]);
        return _output.call(HeadAttention.Of(q, k, v, heads)).MoveToOuterDisposeScope();
    }
}
