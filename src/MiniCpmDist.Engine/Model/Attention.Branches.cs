using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model;

internal sealed partial class Attention
{
    /// <summary>Rows <c>[1, rows, hidden]</c> of branches, each over the path that it continues.</summary>
    public Tensor Continue(Tensor input, BranchPass pass, int layer)
    {
        using var scope = NewDisposeScope();
        var mixed = pass.Attend(
            pass.Rotary.Rotate(Heads(_q.call(input), _shape.Heads)).squeeze(0),
            pass.Rotary.Rotate(Heads(_k.call(input), _shape.KeyValueHeads)).squeeze(0),
            Heads(_v.call(input), _shape.KeyValueHeads).squeeze(0), layer, _scale);
        return _o.call(mixed).MoveToOuterDisposeScope();
    }
}
