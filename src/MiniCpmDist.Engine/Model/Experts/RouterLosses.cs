using MiniCpmDist.Engine.Model.Graph;
using MiniCpmDist.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Experts;

/// <summary>
/// Passes the scores of a router on. Backward adds the derivatives of the router's own losses, so that these need no
/// place in the graph: they are sums over the tokens of a whole step, of which a micro-batch sees a part.
/// </summary>
/// <remarks>Inputs: scores <c>[tokens, experts]</c>, and the <see cref="LayerRouter"/>.</remarks>
internal sealed class RouterLosses : GraphFunction<RouterLosses>
{
    protected override int Inputs => 2;

    protected override Tensor Forward(autograd.AutogradContext ctx, object[] vars)
    {
        var scores = (Tensor)vars[0];
        ctx.save_data(nameof(LayerRouter), vars[1]);
        ctx.save_for_backward([scores]);
        return scores.alias();
    }

    protected override List<Tensor> Back(autograd.AutogradContext ctx, Tensor gradient)
    {
        var (router, scores) = ((LayerRouter)ctx.get_data(nameof(LayerRouter)), ctx.get_saved_variables()[0]);
        var probabilities = scores.softmax(1);
        var pulls = tensor(router.Pulls, device: scores.device).to(scores.dtype);                      // [experts]
        var balance = probabilities * (pulls - (probabilities * pulls).sum([1L], keepdim: true));
        var normalizers = scores.logsumexp(1, keepdim: true);                                           // [tokens, 1]
        var all = gradient.Plus(balance)
            .PlusScaled(probabilities * normalizers, 2.0 * router.NormalizerPull);
        return [all, null!];
    }
}
