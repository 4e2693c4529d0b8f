using MiniCpmDist.Engine.Model.Graph;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model;

/// <summary>
/// Passes hidden states on, and reports when backward reaches this place: by then the gradients of all parameters after
/// this place are complete, because the graph adds to a parameter's gradient as soon as it can.
/// </summary>
/// <remarks>Inputs: hidden states, the number of the place, and whom to tell.</remarks>
internal sealed class BackwardMark : GraphFunction<BackwardMark>
{
    protected override int Inputs => 3;

    /// <summary>Sets a mark where somebody wants it and there will be a backward.</summary>
    public static Tensor Set(Tensor hidden, int mark, Action<int>? reached) =>
        reached is null || !is_grad_enabled() ? hidden : apply(hidden, mark, reached);

    protected override Tensor Forward(autograd.AutogradContext ctx, object[] vars)
    {
        ctx.save_data(nameof(BackwardMark), vars[1]);
        ctx.save_data(nameof(Set), vars[2]);
        return ((Tensor)vars[0]).alias();
    }

    protected override List<Tensor> Back(autograd.AutogradContext ctx, Tensor gradient)
    {
        ((Action<int>)ctx.get_data(nameof(Set)))((int)ctx.get_data(nameof(BackwardMark)));
        return [gradient.alias(), null!, null!];
    }
}
