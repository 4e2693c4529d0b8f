using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Model.Experts;
using MiniCpmDist.Engine.Model.Graph;
using MiniCpmDist.Engine.Tensors;
using MiniCpmDist.Native.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Fused;

/// <summary>
/// The feed-forward half of a block with experts, as <c>ExpertMlp</c> computes it, with norm and residual:
/// h + s · Σ w_e · down_e(silu(gate_e(n)) · up_e(n)) with n = Norm(h), gate and up of an expert as one product over its
/// rows.
/// </summary>
/// <remarks>
/// Inputs: h <c>[rows, hidden]</c>, <see cref="Weights"/>, and whether backward computes again what it needs. Else kept
/// are h, one number a row, gates and ups <c>[assignments, 2·intermediate]</c>, and where the tokens went. Backward
/// works in what was kept, so that a graph can be walked back once.
/// </remarks>
internal sealed class FusedExpertsBlock : GraphFunction<FusedExpertsBlock>
{
    protected override int Inputs => 3;

    protected override Tensor Forward(autograd.AutogradContext ctx, object[] vars)
    {
        var (hidden, weights, again) = ((Tensor)vars[0], (Weights)vars[1], (bool)vars[2]);
        var (kept, result) = Run(hidden, weights);
        ctx.save_data(nameof(Weights), weights);
        ctx.save_data(nameof(Kept.Routing), kept.Routing);
        ctx.save_data(nameof(Kept.Probabilities), kept.Probabilities);
        ctx.save_for_backward(again ? [hidden] : [hidden, kept.Inverse, kept.GateUp]);
        return result;
    }

    protected override List<Tensor> Back(autograd.AutogradContext ctx, Tensor gradient)
    {
        var weights = (Weights)ctx.get_data(nameof(Weights));
        var saved = ctx.get_saved_variables();
        var kept = saved.Count == 1
            ? Keep(saved[0], weights, left: null)
            : new Kept(
                saved[0], saved[1], saved[2], (ExpertRouting)ctx.get_data(nameof(Kept.Routing)),
                (RouterProbabilities)ctx.get_data(nameof(Kept.Probabilities)));
        return [Back(kept, gradient.contiguous(), weights), null!, null!];
    }

    /// <summary>What leaves the half, and what backward needs; the caller's scope owns what is new.</summary>
    private static (Kept Kept, Tensor Result) Run(Tensor hidden, Weights weights)
    {
        using var scope = NewDisposeScope();
        var left = empty([hidden.shape[0] * weights.Layer.PerToken, hidden.shape[1]], ScalarType.Float32);
        var kept = Keep(hidden, weights, left);
        var result = empty_like(hidden);
        Combine(left, kept.Routing, tensor(kept.Probabilities.Weights), hidden, result, weights.Scale);
        kept.Inverse.MoveToOuterDisposeScope();
        kept.GateUp.MoveToOuterDisposeScope();
        return (kept, result.MoveToOuterDisposeScope());
    }

    /// <summary>
    /// Computes expert by expert, so that what one has made is still near when it is read: what backward needs, and
    /// what leaves each expert.
    /// </summary>
    /// <param name="hidden">What enters the half.</param>
    /// <param name="weights">The half.</param>
    /// <param name="left">Takes <c>[assignments, hidden]</c>; null where nobody asks.</param>
    private static Kept Keep(Tensor hidden, Weights weights, Tensor? left)
    {
        using var scope = NewDisposeScope();
        var (normed, inverse) = weights.Norm.Forward(hidden);
        var (routing, probabilities) = weights.Layer.Route(MatMul.Forward(normed, weights.Router));
        var rows = tensor(routing.Rows);
        var gateUp = empty([routing.Assignments, weights.Experts[0].GateUp.Value.shape[0]], ScalarType.Float32);
        ForEach(routing, weights, (expert, part) =>
        {
            var own = part(gateUp);
            MatMul.ForwardInto(own, normed.index_select(0, part(rows)), expert.GateUp);
            if (left is null)
                return;
            var product = empty([own.shape[0], own.shape[1] / 2], ScalarType.Float32);
            SwiGluKernels.Forward(
                TensorAddress.Of(own), TensorAddress.Of(product), product.shape[0], product.shape[1],
                get_num_threads());
            MatMul.ForwardInto(part(left), product, expert.Down);
        });
        return new Kept(
            hidden, inverse.MoveToOuterDisposeScope(), gateUp.MoveToOuterDisposeScope(), routing, probabilities);
    }

    /// <summary>The gradient of h; what was kept is overwritten.</summary>
    private static Tensor Back(Kept kept, Tensor gradient, Weights weights)
    {
        using var scope = NewDisposeScope();
        var (hidden, inverse, gateUp, routing, probabilities) = kept;
        var rows = tensor(routing.Rows);
        var normed = weights.Norm.Again(hidden, inverse);
        var entered = empty([routing.Assignments, hidden.shape[1]], ScalarType.Float32);     // its gradient
        var factors = tensor(probabilities.Weights).TimesInPlace(weights.Scale);
        var slopes = empty_like(factors);
        ForEach(routing, weights, (expert, part) =>
        {
            var (own, taken) = (part(gateUp), part(rows));
            var left = gradient.index_select(0, taken);              // of what left the expert, without weights
            var product = empty([own.shape[0], own.shape[1] / 2], ScalarType.Float32);
            MatMul.BackwardInto(product, left, expert.Down);
            SwiGluKernels.BackwardWeighted(
                TensorAddress.Of(own), TensorAddress.Of(product), TensorAddress.Of(part(factors)),
                TensorAddress.Of(part(slopes)), product.shape[0], product.shape[1], get_num_threads());
            MatMul.AddGradient(left, product, expert.Down);
            MatMul.AddGradient(own, normed.index_select(0, taken), expert.GateUp);
            MatMul.BackwardInto(part(entered), own, expert.GateUp);
        });
        var byWeight = slopes.TimesInPlace(weights.Scale).data<float>().ToArray();
        var scores = tensor(
            probabilities.Back(byWeight, weights.Layer.Pulls, weights.Layer.NormalizerPull),
            [routing.Tokens, weights.Layer.Experts]);
        MatMul.AddGradient(scores, normed, weights.Router);
        var ofNormed = MatMul.Backward(scores, weights.Router);
        Combine(entered, routing, null, ofNormed, ofNormed, 1);
        return weights.Norm.Backward(ofNormed, hidden, inverse, gradient).MoveToOuterDisposeScope();
    }

    /// <summary>Writes residual + scale · the sum of each token's rows, the best expert's first.</summary>
    private static void Combine(
        Tensor rows, ExpertRouting routing, Tensor? weights, Tensor residual, Tensor to, double scale)
    {
        using var places = tensor(routing.Places);
        ExpertKernels.Combine(
            TensorAddress.Of(rows), TensorAddress.Of(places, ScalarType.Int64),
            weights is null ? 0 : TensorAddress.Of(weights), TensorAddress.Of(residual), TensorAddress.Of(to),
            routing.Tokens, routing.PerToken, rows.shape[1], (float)scale, get_num_threads());
    }

    /// <summary>Gives each expert that has rows a cut of any tensor to its own.</summary>
    private static void ForEach(ExpertRouting routing, Weights weights, Action<Expert, Func<Tensor, Tensor>> work)
    {
        foreach (var (expert, first, count) in routing.Parts())
        {
            using var scope = NewDisposeScope();
            work(weights.Experts[expert], rows => rows.narrow(0, first, count));
        }
    }

    /// <summary>What backward reads of a forward.</summary>
    internal sealed record Kept(
        Tensor Hidden, Tensor Inverse, Tensor GateUp, ExpertRouting Routing, RouterProbabilities Probabilities);

    /// <summary>The matrices of an expert; owns them.</summary>
    internal sealed record Expert(FlatWeight GateUp, FlatWeight Down) : IDisposable
    {
        public void Dispose()
        {
            GateUp.Dispose();
            Down.Dispose();
        }
    }

    /// <summary>What a half computes with; owns it.</summary>
    internal sealed record Weights(
        RowNorm Norm, FlatWeight Router, IReadOnlyList<Expert> Experts, LayerRouter Layer, double Scale)
        : IFusedFeedForward
    {
        public Tensor Forward(Tensor hidden, bool again) => apply(hidden, this, again);

        public Tensor Compute(Tensor hidden)
        {
            using var scope = NewDisposeScope();
            return Run(hidden, this).Result.MoveToOuterDisposeScope();
        }

        public Tensor Back(Tensor hidden, Tensor gradient)
        {
            using var scope = NewDisposeScope();
            return FusedExpertsBlock.Back(Keep(hidden, this, left: null), gradient, this).MoveToOuterDisposeScope();
        }

        public void Dispose()
        {
            Norm.Dispose();
            Router.Dispose();
            foreach (var expert in Experts)
                expert.Dispose();
        }
    }
}
