using MiniCpmDist.Core.Model;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Vision;

/// <summary>Attention among all patches of a part, <c>[parts, patches, width]</c> in and out.</summary>
internal sealed class EncoderAttention : nn.Module<Tensor, Tensor>
{
    private readonly int _heads;
    private readonly AffineMap _qkv;
    private readonly AffineMap _proj;

    public EncoderAttention(VisionShape shape, ScalarType dtype) : base(nameof(EncoderAttention))
    {
        _heads = shape.Heads;
        _qkv = new AffineMap(shape.HiddenSize, 3L * shape.HiddenSize, dtype);
        _proj = new AffineMap(shape.HiddenSize, shape.HiddenSize, dtype);
        register_module("qkv", _qkv);
        register_module("proj", _proj);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var qkv = _qkv.call(input).chunk(3, -1);
        return _proj.call(HeadAttention.Of(qkv[0], qkv[1], qkv[2], _heads)).MoveToOuterDisposeScope();
    }
}
