using MiniCpmDist.Core.Model;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MiniCpmDist.PlainPeer;

/// <summary>down(silu(gate(x)) · up(x)).</summary>
internal sealed class PlainSwiGlu : nn.Module<Tensor, Tensor>
{
    private readonly Linear _gateProj;
    private readonly Linear _upProj;
    private readonly Linear _downProj;

    public PlainSwiGlu(ModelShape shape) : base(nameof(PlainSwiGlu))
    {
        _gateProj = nn.Linear(shape.HiddenSize, shape.IntermediateSize, hasBias: false);
        _upProj = nn.Linear(shape.HiddenSize, shape.IntermediateSize, hasBias: false);
        _downProj = nn.Linear(shape.IntermediateSize, shape.HiddenSize, hasBias: false);
        register_module("gate_proj", _gateProj);
        register_module("up_proj", _upProj);
        register_module("down_proj", _downProj);
    }

    public override Tensor forward(Tensor x) =>
        _downProj.call(nn.functional.silu(_gateProj.call(x)) * _upProj.call(x));
}
