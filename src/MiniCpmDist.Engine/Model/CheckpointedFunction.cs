using MiniCpmDist.Engine.Model.Graph;
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
internal sealed class CheckpointedFunction : GraphFunction<CheckpointedFunction>
{
    /// <summary>Hidden states to hidden states.</summary>
    internal delegate Tensor Part(Tensor hidden);

    protected override int Inputs => 2;

    protected override Tensor Forward(autograd.AutogradContext ctx, object[] vars)
    {
        var (hidden, part) = ((Tensor)vars[0], (Part)vars[1]);
        ctx.save_data(nameof(Part), part);
        ctx.save_for_backward([hidden]);
        // The gradient mode is off here, so that no graph is made.
        return part(hidden);
    }

    protected override List<Tensor> Back(autograd.AutogradContext ctx, Tensor gradient)
    {
        var part = (Part)ctx.get_data(nameof(Part));
        var hidden = ctx.get_saved_variables()[0].detach().requires_grad_();
        Tensor again;
        using (enable_grad())
            again = part(hidden);
        BackwardPass.Run(() => again.backward([gradient]));
        return [hidden.grad!, null!];
    }
}
