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
        var kept = Keep(hidden, weights);
        ctx.save_data(nameof(Weights), weights);
        ctx.save_data(nameof(Kept.Routing), kept.Routing);
        ctx.save_data(nameof(Kept.Probabilities), kept.Probabilities);
        ctx.save_for_backward(again ? [hidden] : [hidden, kept.Inverse, kept.GateUp]);
        return Result(kept, weights);
    }

    protected override List<Tensor> Back(autograd.AutogradContext ctx, Tensor gradient)
    {
        var weights = (Weights)ctx.get_data(nameof(Weights));
        var saved = ctx.get_saved_variables();
        var kept = saved.Count == 1
            ? Keep(saved[0], weights)
            : new Kept(
                saved[0], saved[1], saved[2], (ExpertRouting)ctx.get_data(nameof(Kept.Routing)),
                (RouterProbabilities)ctx.get_data(nameof(Kept.Probabilities)));
        return [Back(kept, gradient.contiguous(), weights), null!, null!];
    }

    /// <summary>What backward needs; the caller's scope owns what is new.</summary>
    internal static Kept Keep(Tensor hidden, Weights weights)
    {
        using var scope = NewDisposeScope();
        var (normed, inverse) = weights.Norm.Forward(hidden);
        var (routing, probabilities) = weights.Layer.Route(MatMul.Forward(normed, weights.Router));
        var entered = normed.index_select(0, tensor(routing.Rows));
        var gateUp = empty([routing.Assignments, weights.Experts[0].GateUp.Value.shape[0]], ScalarType.Float32);
        ForEach(routing, weights, (expert, part) =>
            MatMul.ForwardInto(part(gateUp), part(entered), expert.GateUp));
        return new Kept(
            hidden, inverse.MoveToOuterDisposeScope(), gateUp.MoveToOuterDisposeScope(), routing, probabilities);
    }

    /// <summary>What leaves the half.</summary>
    internal static Tensor Result(Kept kept, Weights weights)
    {
        using var scope = NewDisposeScope();
        var (rows, width) = (kept.GateUp.shape[0], kept.GateUp.shape[1] / 2);
        var product = empty([rows, width], ScalarType.Float32);
        SwiGluKernels.Forward(
            TensorAddress.Of(kept.GateUp), TensorAddress.Of(product), rows, width, get_num_threads());
        var left = empty([rows, kept.Hidden.shape[1]], ScalarType.Float32);
        ForEach(kept.Routing, weights, (expert, part) =>
            MatMul.ForwardInto(part(left), part(product), expert.Down));
        var result = empty_like(kept.Hidden);
        Combine(left, kept.Routing, tensor(kept.Probabilities.Weights), kept.Hidden, result, weights.Scale);
        return result.MoveToOuterDisposeScope();
    }

    /// <summary>The gradient of h; what was kept is overwritten.</summary>
    internal static Tensor Back(Kept kept, Tensor gradient, Weights weights)
    {
        using var scope = NewDisposeScope();
        var (hidden, inverse, gateUp, routing, probabilities) = kept;
        var rows = tensor(routing.Rows);
        var left = gradient.index_select(0, rows);                       // of what left the experts, without weights
        var product = empty([gateUp.shape[0], gateUp.shape[1] / 2], ScalarType.Float32);
        ForEach(routing, weights, (expert, part) =>
            MatMul.BackwardInto(part(product), part(left), expert.Down));
        var slopes = BackThroughSwiGlu(gateUp, product, probabilities, weights.Scale);
        ForEach(routing, weights, (expert, part) =>
            MatMul.AddGradient(part(left), part(product), expert.Down));
        var normed = weights.Norm.Again(hidden, inverse);
        var entered = normed.index_select(0, rows);
        ForEach(routing, weights, (expert, part) =>
        {
            MatMul.AddGradient(part(gateUp), part(entered), expert.GateUp);
            MatMul.BackwardInto(part(left), part(gateUp), expert.GateUp);
        });
        var scores = tensor(
            probabilities.Back(slopes, weights.Layer.Pulls, weights.Layer.NormalizerPull),
            [routing.Tokens, weights.Layer.Experts]);
        MatMul.AddGradient(scores, normed, weights.Router);
        var ofNormed = MatMul.Backward(scores, weights.Router);
        Combine(left, routing, null, ofNormed, ofNormed, 1);
        return weights.Norm.Backward(ofNormed, hidden, inverse, gradient).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Gates and ups become their gradients; the gradient of the products, without weights, becomes the products with
    /// them.
    /// </summary>
    /// <returns>The derivatives by the weights.</returns>
    private static float[] BackThroughSwiGlu(
        Tensor gateUp, Tensor product, RouterProbabilities probabilities, double scale)
    {
        using var weights = tensor(probabilities.Weights);
        using var slopes = empty_like(weights);
        weights.TimesInPlace(scale);
        SwiGluKernels.BackwardWeighted(
            TensorAddress.Of(gateUp), TensorAddress.Of(product), TensorAddress.Of(weights), TensorAddress.Of(slopes),
            product.shape[0], product.shape[1], get_num_threads());
        return slopes.TimesInPlace(scale).data<float>().ToArray();
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
            return Result(Keep(hidden, this), this).MoveToOuterDisposeScope();
        }

        public Tensor Back(Tensor hidden, Tensor gradient)
        {
            using var scope = NewDisposeScope();
            return FusedExpertsBlock.Back(Keep(hidden, this), gradient, this).MoveToOuterDisposeScope();
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
