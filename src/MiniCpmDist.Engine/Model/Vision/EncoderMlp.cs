using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Tensors;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Vision;

/// <summary>fc2(gelu(fc1(x))) with the tanh form of GELU (arXiv 1606.08415, section 2).</summary>
internal sealed class EncoderMlp : nn.Module<Tensor, Tensor>
{
    private const double CubicShare = 0.044715;
    private readonly AffineMap _first;
    private readonly AffineMap _second;

    public EncoderMlp(VisionShape shape, ScalarType dtype) : base(nameof(EncoderMlp))
    {
        _first = new AffineMap(shape.HiddenSize, shape.IntermediateSize, dtype);
        _second = new AffineMap(shape.IntermediateSize, shape.HiddenSize, dtype);
        register_module("fc1", _first);
        register_module("fc2", _second);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return _second.call(Gelu(_first.call(input))).MoveToOuterDisposeScope();
    }

    /// <summary>x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))).</summary>
    private static Tensor Gelu(Tensor x)
    {
        var inner = (x * x.Squared()).Times(CubicShare).Plus(x).Times(Math.Sqrt(2 / Math.PI));
        return x.Times(0.5) * inner.tanh().Plus(1);
    }
}
