using MiniCpmDist.Engine.Model.Graph;
using MiniCpmDist.Native.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Fused;

/// <summary>
/// The feed-forward half of a block: h + s · down(silu(gate(n)) · up(n)) with n = Norm(h), gate and up as one product.
/// </summary>
/// <remarks>
/// Inputs: h <c>[rows, hidden]</c>, <see cref="Weights"/>, and whether backward computes again what it needs: then only
/// h is kept. Else h, one number a row, and gates and ups <c>[rows, 2·intermediate]</c>; the rest is computed again in
/// any case. Backward works in what was kept, so that a graph can be walked back once.
/// </remarks>
internal sealed class FusedMlpBlock : GraphFunction<FusedMlpBlock>
{
    protected override int Inputs => 3;

    protected override Tensor Forward(autograd.AutogradContext ctx, object[] vars)
    {
        var (hidden, weights, again) = ((Tensor)vars[0], (Weights)vars[1], (bool)vars[2]);
        var kept = Keep(hidden, weights);
        ctx.save_data(nameof(Weights), weights);
        ctx.save_for_backward(again ? [hidden] : [hidden, kept.Inverse, kept.GateUp]);
        return Result(kept, weights);
    }

    protected override List<Tensor> Back(autograd.AutogradContext ctx, Tensor gradient)
    {
        var weights = (Weights)ctx.get_data(nameof(Weights));
        var saved = ctx.get_saved_variables();
        var kept = saved.Count == 1 ? Keep(saved[0], weights) : new Kept(saved[0], saved[1], saved[2]);
        return [Back(kept, gradient.contiguous(), weights), null!, null!];
    }

    /// <summary>What backward needs; the caller's scope owns what is new.</summary>
    internal static Kept Keep(Tensor hidden, Weights weights)
    {
        using var scope = NewDisposeScope();
        var (normed, inverse) = weights.Norm.Forward(hidden);
        var gateUp = MatMul.Forward(normed, weights.GateUp);                       // [rows, 2·intermediate]
        return new Kept(hidden, inverse.MoveToOuterDisposeScope(), gateUp.MoveToOuterDisposeScope());
    }

    /// <summary>What leaves the half.</summary>
    internal static Tensor Result(Kept kept, Weights weights)
    {
        var (rows, width) = (kept.GateUp.shape[0], kept.GateUp.shape[1] / 2);
        using var product = empty([rows, width], ScalarType.Float32);
        SwiGluKernels.Forward(
            TensorAddress.Of(kept.GateUp), TensorAddress.Of(product), rows, width, get_num_threads());
        return MatMul.Forward(product, weights.Down, kept.Hidden, weights.Scale);
    }

    /// <summary>The gradient of h; what was kept is overwritten.</summary>
    internal static Tensor Back(Kept kept, Tensor gradient, Weights weights)
    {
        using var scope = NewDisposeScope();
        var (hidden, inverse, gateUp) = kept;
        var product = MatMul.Backward(gradient, weights.Down, weights.Scale);      // its gradient, to begin with
        var (rows, width) = (product.shape[0], product.shape[1]);
        SwiGluKernels.Backward(
            TensorAddress.Of(gateUp), TensorAddress.Of(product), rows, width, get_num_threads());
        MatMul.AddGradient(gradient, product, weights.Down, weights.Scale);
        MatMul.AddGradient(gateUp, weights.Norm.Again(hidden, inverse), weights.GateUp);
        var normed = MatMul.Backward(gateUp, weights.GateUp);
        return weights.Norm.Backward(normed, hidden, inverse, gradient).MoveToOuterDisposeScope();
    }

    /// <summary>What backward reads of a forward.</summary>
    internal sealed record Kept(Tensor Hidden, Tensor Inverse, Tensor GateUp);

    /// <summary>What a half computes with; owns it.</summary>
    internal sealed record Weights(RowNorm Norm, FlatWeight GateUp, FlatWeight Down, double Scale) : IFusedFeedForward
    {
        public Tensor Forward(Tensor hidden, bool again) => apply(hidden, this, again);

        public Tensor Compute(Tensor hidden) => Result(Keep(hidden, this), this);

        public Tensor Back(Tensor hidden, Tensor gradient) => FusedMlpBlock.Back(Keep(hidden, this), gradient, this);

        public void Dispose()
        {
            Norm.Dispose();
            GateUp.Dispose();
            Down.Dispose();
        }
    }
}
