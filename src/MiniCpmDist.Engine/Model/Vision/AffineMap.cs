using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Vision;

/// <summary>A linear map with bias, <c>[..., in]</c> to <c>[..., out]</c>.</summary>
internal sealed class AffineMap : nn.Module<Tensor, Tensor>
{
    private readonly Parameter _weight;
    private readonly Parameter _bias;

    public AffineMap(long inputSize, long outputSize, ScalarType dtype) : base(nameof(AffineMap))
    {
        _weight = new Parameter(empty(outputSize, inputSize, dtype));
        _bias = new Parameter(empty(outputSize, dtype));
        register_parameter("weight", _weight);
        register_parameter("bias", _bias);
    }

    public override Tensor forward(Tensor input) => nn.functional.linear(input, _weight, _bias);
}
