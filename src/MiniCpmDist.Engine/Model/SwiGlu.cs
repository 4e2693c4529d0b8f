using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model;

/// <summary>
/// The feed-forward half of a block: <c>down(silu(gate(x)) · up(x))</c>, <c>[batch, seq, hidden]</c> in and out.
/// </summary>
internal sealed class SwiGlu : nn.Module<Tensor, Tensor>
{
    private readonly Projection _gate;
    private readonly Projection _up;
    private readonly Projection _down;

    public SwiGlu(long hiddenSize, long intermediateSize, ScalarType dtype) : base(nameof(SwiGlu))
    {
        _gate = new Projection(hiddenSize, intermediateSize, dtype);
        _up = new Projection(hiddenSize, intermediateSize, dtype);
        _down = new Projection(intermediateSize, hiddenSize, dtype);
        register_module("gate_proj", _gate);
        register_module("up_proj", _up);
        register_module("down_proj", _down);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return _down.call(nn.functional.silu(_gate.call(input)) * _up.call(input)).MoveToOuterDisposeScope();
    }
}
