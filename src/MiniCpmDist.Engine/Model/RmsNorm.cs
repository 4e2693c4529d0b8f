using MiniCpmDist.Engine.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model;

/// <summary>
/// x / √(mean(x²) + eps) · weight over the last dimension. The mean is taken in float32 at least, and the result
/// goes back to the model's type before the weight multiplies it, as the published models do.
/// </summary>
internal sealed class RmsNorm : nn.Module<Tensor, Tensor>
{
    private readonly double _epsilon;
    private readonly Parameter _weight;

    public RmsNorm(long size, double epsilon, ScalarType dtype) : base(nameof(RmsNorm))
    {
        _epsilon = epsilon;
        _weight = new Parameter(ones(size, dtype));
        register_parameter("weight", _weight);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var dtype = input.dtype;
        var wide = dtype is ScalarType.Float32 or ScalarType.Float64 ? input : input.to(ScalarType.Float32);
        var inverse = wide.Squared().mean([-1], keepdim: true).Plus(_epsilon).rsqrt();     // [..., 1]
        var normed = wide * inverse;
        return ((normed.dtype == dtype ? normed : normed.to(dtype)) * _weight).MoveToOuterDisposeScope();
    }
}
