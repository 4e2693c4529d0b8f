using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace MiniCpmDist.PlainPeer;

/// <summary>x / √(mean(x²) + eps) · _weight.</summary>
internal sealed class PlainNorm : nn.Module<Tensor, Tensor>
{
    private readonly double _epsilon;
    // Module.to puts the converted parameter into the field of its name, and this one has another.
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    public PlainNorm(long size, double epsilon) : base(nameof(PlainNorm))
    {
        _epsilon = epsilon;
        _weight = new Parameter(ones(size));
        register_parameter("weight", _weight);
    }

    public override Tensor forward(Tensor x) => x * rsqrt(x.pow(2).mean([-1], true) + _epsilon) * _weight;
}
