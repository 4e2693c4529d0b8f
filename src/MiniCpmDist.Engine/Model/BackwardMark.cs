using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model;

/// <summary>
/// Passes hidden states on, and says so when backward comes by: by then the gradients of all parameters behind this
/// place are there, because the graph adds to a parameter's gradient as soon as it can.
/// </summary>
/// <remarks>Inputs: hidden states, the number of the place, and whom to tell.</remarks>
internal sealed class BackwardMark : autograd.SingleTensorFunction<BackwardMark>
{
    public override string Name => nameof(BackwardMark);

    /// <summary>Sets a mark where somebody wants it and there will be a backward.</summary>
    public static Tensor Set(Tensor hidden, int mark, Action<int>? reached) =>
        reached is null || !is_grad_enabled() ? hidden : apply(hidden, mark, reached);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.save_data(nameof(BackwardMark), vars[1]);
        ctx.save_data(nameof(Set), vars[2]);
        return ((Tensor)vars[0]).alias();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        ((Action<int>)ctx.get_data(nameof(Set)))((int)ctx.get_data(nameof(BackwardMark)));
        return [grad_output.alias(), null!, null!];
    }
}
