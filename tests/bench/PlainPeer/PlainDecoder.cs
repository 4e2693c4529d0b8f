using MiniCpmDist.Core.Model;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MiniCpmDist.PlainPeer;

/// <summary>Embedding, _layers and the final _norm.</summary>
internal sealed class PlainDecoder : nn.Module<Tensor, Tensor>
{
    private readonly ModelShape _shape;
    private readonly Embedding _embedTokens;
    private readonly ModuleList<PlainLayer> _layers;
    private readonly PlainNorm _norm;
    private readonly Tensor _cos;
    private readonly Tensor _sin;

    public PlainDecoder(ModelShape shape, long length) : base(nameof(PlainDecoder))
    {
        _shape = shape;
        _embedTokens = nn.Embedding(shape.VocabularySize, shape.HiddenSize);
        _layers = new ModuleList<PlainLayer>(
            [.. Enumerable.Range(0, (int)shape.Layers).Select(_ => new PlainLayer(shape))]);
        _norm = new PlainNorm(shape.HiddenSize, shape.RmsNormEps);
        var exponents = arange(0, shape.HeadDim, 2, ScalarType.Float64) / shape.HeadDim;
        var angles = outer(arange(0, length, 1, ScalarType.Float64), pow(shape.RopeTheta, -exponents));
        angles = cat([angles, angles], -1);
        _cos = angles.cos().to(ScalarType.Float32);
        _sin = angles.sin().to(ScalarType.Float32);
        register_module("embed_tokens", _embedTokens);
        register_module("layers", _layers);
        register_module("norm", _norm);
    }

    public Tensor Embedding => _embedTokens.weight!;

    public override Tensor forward(Tensor ids)
    {
        var x = _embedTokens.call(ids) * _shape.ScaleEmb;
        var (cos, sin) = (_cos.to(x.dtype), _sin.to(x.dtype));
        foreach (var layer in _layers)
            x = layer.call(x, cos, sin);
        return _norm.call(x);
    }
}
