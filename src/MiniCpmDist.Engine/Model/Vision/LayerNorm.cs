using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Vision;

/// <summary>(x - mean) / √(variance + eps) · weight + bias over the last dimension.</summary>
internal sealed class LayerNorm : nn.Module<Tensor, Tensor>
{
    private readonly double _epsilon;
    private readonly long[] _width;
    private readonly Parameter _weight;
    private readonly Parameter _bias;

    public LayerNorm(long width, double epsilon, ScalarType dtype) : base(nameof(LayerNorm))
    {
        (_epsilon, _width) = (epsilon, [width]);
        _weight = new Parameter(ones(width, dtype));
        _bias = new Parameter(zeros(width, dtype));
        register_parameter("weight", _weight);
        register_parameter("bias", _bias);
    }

    public override Tensor forward(Tensor input) =>
        nn.functional.layer_norm(input, _width, _weight, _bias, _epsilon);
}
