using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model;

/// <summary>A linear map without bias, <c>[..., in]</c> to <c>[..., out]</c>: MiniCPM has no biases anywhere.</summary>
internal sealed class Projection : nn.Module<Tensor, Tensor>
{
    private readonly Parameter _weight;

    public Projection(long inputSize, long outputSize, ScalarType dtype) : base(nameof(Projection))
    {
        _weight = new Parameter(empty(outputSize, inputSize, dtype));
        register_parameter("weight", _weight);
    }

    public Tensor Weight => _weight;

    /// <summary>The weight in four bits, which then takes the place of <see cref="Weight"/>; owned by this.</summary>
    public PackedWeight? Packed { get; set; }

    /// <summary>Sees each input before it is multiplied; null where nobody looks.</summary>
    public Action<Tensor>? Reading { get; set; }

    public override Tensor forward(Tensor input)
    {
        Reading?.Invoke(input);
        return Packed is { } packed ? packed.Times(input) : RowMatMul.Of(input, _weight);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Packed?.Dispose();
        base.Dispose(disposing);
    }
}
