using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model;

/// <summary>
/// A part of the model of which the graph keeps only what enters it. Backward computes it again, this time with a graph
/// of its own, and walks that one back: gradients of parameters are accumulated as ever, with the same bits.
/// </summary>
/// <remarks>
/// Inputs: hidden states, and the part as a <see cref="Part"/>, which must give the same when it is called again; what
/// it reads besides has to live until backward is over.
/// </remarks>
internal sealed class Recomputed : autograd.SingleTensorFunction<Recomputed>
{
    /// <summary>Hidden states to hidden states.</summary>
    internal delegate Tensor Part(Tensor hidden);

    public override string Name => nameof(Recomputed);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (hidden, part) = ((Tensor)vars[0], (Part)vars[1]);
        ctx.save_data(nameof(Part), part);
        ctx.save_for_backward([hidden]);
        // The gradient mode is off in here, so that no graph is made.
        return part(hidden);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var part = (Part)ctx.get_data(nameof(Part));
        using var scope = NewDisposeScope();
        var hidden = ctx.get_saved_variables()[0].detach().requires_grad_();
        Tensor again;
        using (enable_grad())
            again = part(hidden);
        again.backward([grad_output]);
        return [hidden.grad!.MoveToOuterDisposeScope(), null!];
    }
}
