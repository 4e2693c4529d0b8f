using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Model.Experts;
using MiniCpmDist.Engine.Model.Graph;
using MiniCpmDist.Engine.Tensors;
using MiniCpmDist.Native.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Fused;

/// <summary>
/// The feed-forward half of a block with experts, as <c>ExpertMlp</c> computes it, with norm and residual: h + s · Σ w_e
/// · down_e(silu(gate_e(n)) · up_e(n)) with n = Norm(h), gate and up of an expert as one product over its rows.
/// </summary>
/// <remarks>
/// Inputs: h <c>[rows, hidden]</c>, <see cref="Weights"/>, and whether backward computes again what it needs. Else kept
/// are h, one number a row, gates and ups <c>[assignments, 2·intermediate]</c>, and where the tokens went. Backward works
/// in what was kept, so that a graph can be walked back once.
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
        foreach (var (expert, first, count) in routing.Parts())
            MatMul.ForwardInto(gateUp.narrow(0, first, count), entered.narrow(0, first, count), weights.Experts[expert].GateUp);
        return new Kept(
            hidden, inverse.MoveToOuterDisposeScope(), gateUp.MoveToOuterDisposeScope(), routing, probabilities);
    }

    /// <summary>What leaves the half.</summary>
    internal static Tensor Result(Kept kept, Weights weights)
    {
        using var scope = NewDisposeScope();
        var product = Product(kept.GateUp);
        var left = empty([product.shape[0], kept.Hidden.shape[1]], ScalarType.Float32);
        foreach (var (expert, first, count) in kept.Routing.Parts())
            MatMul.ForwardInto(left.narrow(0, first, count), product.narrow(0, first, count), weights.Experts[expert].Down);
        left.mul_(Column(kept.Probabilities.Weights, weights.Scale));
        return AddRows(kept.Hidden.clone(), left, kept.Routing).MoveToOuterDisposeScope();
    }

    /// <summary>The gradient of h; what was kept is overwritten.</summary>
    internal static Tensor Back(Kept kept, Tensor gradient, Weights weights)
    {
        using var scope = NewDisposeScope();
        var (hidden, inverse, gateUp, routing, probabilities) = kept;
        var rows = tensor(routing.Rows);
        var factors = Column(probabilities.Weights, weights.Scale);
        var product = Product(gateUp);
        var left = gradient.index_select(0, rows);                                  // of what left the experts
        var byProduct = empty_like(product);
        foreach (var (expert, first, count) in routing.Parts())
            MatMul.BackwardInto(byProduct.narrow(0, first, count), left.narrow(0, first, count), weights.Experts[expert].Down);
        // Of an assignment's weight: what its expert gave, times the gradient of it.
        var byWeight = (product * byProduct).sum([1L]).TimesInPlace(weights.Scale).data<float>().ToArray();
        left.mul_(factors);
        byProduct.mul_(factors);
        foreach (var (expert, first, count) in routing.Parts())
            MatMul.AddGradient(left.narrow(0, first, count), product.narrow(0, first, count), weights.Experts[expert].Down);
        SwiGluKernels.Backward(
            TensorAddress.Of(gateUp), TensorAddress.Of(byProduct), product.shape[0], product.shape[1],
            get_num_threads());
        var normed = weights.Norm.Again(hidden, inverse);
        var entered = normed.index_select(0, rows);
        foreach (var (expert, first, count) in routing.Parts())
        {
            var (own, experts) = (gateUp.narrow(0, first, count), weights.Experts[expert].GateUp);
            MatMul.AddGradient(own, entered.narrow(0, first, count), experts);
            MatMul.BackwardInto(left.narrow(0, first, count), own, experts);
        }
        var scores = tensor(
            probabilities.Back(byWeight, weights.Layer.Pulls, weights.Layer.NormalizerPull),
            [routing.Tokens, weights.Layer.Experts]);
        MatMul.AddGradient(scores, normed, weights.Router);
        var ofNormed = AddRows(MatMul.Backward(scores, weights.Router), left, routing);
        return weights.Norm.Backward(ofNormed, hidden, inverse, gradient).MoveToOuterDisposeScope();
    }

    private static Tensor Product(Tensor gateUp)
    {
        var (rows, width) = (gateUp.shape[0], gateUp.shape[1] / 2);
        var product = empty([rows, width], ScalarType.Float32);
        SwiGluKernels.Forward(TensorAddress.Of(gateUp), TensorAddress.Of(product), rows, width, get_num_threads());
        return product;
    }

    /// <summary>Adds to each token the rows of its assignments, the best expert's first.</summary>
    private static Tensor AddRows(Tensor tokens, Tensor rows, ExpertRouting routing)
    {
        var places = tensor(routing.Places);
        for (var slot = 0; slot < routing.PerToken; slot++)
        {
            using var own = places.narrow(0, (long)slot * routing.Tokens, routing.Tokens);
            using var taken = rows.index_select(0, own);
            tokens.PlusInPlace(taken);
        }
        return tokens;
    }

    private static Tensor Column(float[] weights, double scale) => tensor(weights).TimesInPlace(scale).unsqueeze(1);

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
