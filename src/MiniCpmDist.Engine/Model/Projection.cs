using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model;

/// <summary>
/// A linear map without bias, <c>[..., in]</c> to <c>[..., out]</c>: MiniCPM has no biases anywhere. It may have a
/// low-rank adapter, x · Wᵀ + scale · x · Aᵀ · Bᵀ.
/// </summary>
internal sealed class Projection : nn.Module<Tensor, Tensor>
{
    private readonly Parameter _weight;
    private (Projection Down, Projection Up, float Scale)? _adapter;

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

    /// <summary>Adds an adapter, whose parameters have no values yet.</summary>
    public void Adapt(LoraOptions lora)
    {
        var (rows, columns) = (_weight.shape[0], _weight.shape[1]);
        var down = new Projection(columns, lora.Rank, _weight.dtype);
        var up = new Projection(lora.Rank, rows, _weight.dtype);
        register_module("lora_A", down);
        register_module("lora_B", up);
        _adapter = (down, up, (float)lora.Scale);
    }

    public override Tensor forward(Tensor input)
    {
        Reading?.Invoke(input);
        if (_adapter is not var (down, up, scale))
            return Packed is { } packed ? packed.Times(input) : RowMatMul.Of(input, _weight);
        using var scope = NewDisposeScope();
        return RowMatMul.Of(input, _weight).PlusScaled(up.call(down.call(input)), scale).MoveToOuterDisposeScope();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Packed?.Dispose();
        base.Dispose(disposing);
    }
}
