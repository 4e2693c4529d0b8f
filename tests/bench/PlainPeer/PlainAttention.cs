using MiniCpmDist.Core.Model;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MiniCpmDist.PlainPeer;

/// <summary>Causal attention with rotary positions; the library's scaled dot product.</summary>
internal sealed class PlainAttention : nn.Module<Tensor, Tensor, Tensor, Tensor>
{
    private readonly long _heads;
    private readonly long _headDim;
    private readonly Linear _qProj;
    private readonly Linear _kProj;
    private readonly Linear _vProj;
    private readonly Linear _oProj;

    public PlainAttention(ModelShape shape) : base(nameof(PlainAttention))
    {
        if (shape.KeyValueHeads != shape.Heads)
            throw new NotSupportedException("The peer has no grouped-query attention.");
        (_heads, _headDim) = (shape.Heads, shape.HeadDim);
        var width = _heads * _headDim;
        _qProj = nn.Linear(shape.HiddenSize, width, hasBias: false);
        _kProj = nn.Linear(shape.HiddenSize, width, hasBias: false);
        _vProj = nn.Linear(shape.HiddenSize, width, hasBias: false);
        _oProj = nn.Linear(width, shape.HiddenSize, hasBias: false);
        register_module("q_proj", _qProj);
        register_module("k_proj", _kProj);
        register_module("v_proj", _vProj);
        register_module("o_proj", _oProj);
    }

    public override Tensor forward(Tensor x, Tensor cos, Tensor sin)
    {
        var (batch, length) = (x.shape[0], x.shape[1]);
        var query = Rotated(Split(_qProj.call(x)), cos, sin);
        var key = Rotated(Split(_kProj.call(x)), cos, sin);
        var mixed = nn.functional.scaled_dot_product_attention(query, key, Split(_vProj.call(x)), is_casual: true);
        return _oProj.call(mixed.transpose(1, 2).reshape(batch, length, -1));

        Tensor Split(Tensor projected) => projected.view(batch, length, _heads, _headDim).transpose(1, 2);
    }

    private static Tensor Rotated(Tensor x, Tensor cos, Tensor sin)
    {
        var halves = x.chunk(2, -1);
        return x * cos + cat([-halves[1], halves[0]], -1) * sin;
    }
}
