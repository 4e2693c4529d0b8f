using System.Globalization;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Model.Experts;
using MiniCpmDist.Engine.Model.Fused;
using MiniCpmDist.Engine.Model.Graph;
using MiniCpmDist.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.KernelRates;

/// <summary>
/// The feed-forward half of a block, forward and back: with experts as we compute it, as a loop over experts in
/// operations of the tensor library, and without experts for the same number of active parameters.
/// </summary>
internal static class ExpertRates
{
    private const int Count = 10;
    private const int Experts = 8;
    private const int PerToken = 2;

    public static void Print(string preset, int rows)
    {
        var shape = ModelPresets.All[preset];
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var (width, inner) = ((long)shape.HiddenSize, (long)shape.IntermediateSize);
        Tensor Random(params long[] size) => randn(size, generator: generator).Times(0.05);
        FlatWeight Flat(Tensor values) => new(values, zeros_like(values));

        var input = randn([rows, width], generator: generator);
        input.requires_grad = true;
        var slopes = randn(input.shape, generator: generator);
        var (norm, router) = (ones(width), Random(Experts, width));
        (Tensor GateUp, Tensor Down)[] matrices =
            [.. Enumerable.Range(0, Experts).Select(_ => (Random(2 * inner, width), Random(width, inner)))];
        var half = new FusedExpertsBlock.Weights(
            new RowNorm(Flat(norm), shape.RmsNormEps), Flat(router),
            [.. matrices.Select(own => new FusedExpertsBlock.Expert(Flat(own.GateUp), Flat(own.Down)))],
            new LayerRouter(Experts, PerToken), shape.ResidualScale);
        var dense = new FusedMlpBlock.Weights(
            new RowNorm(Flat(norm), shape.RmsNormEps), Flat(Random(2 * PerToken * inner, width)),
            Flat(Random(width, PerToken * inner)), shape.ResidualScale);
        var loop = new Loop(norm, router, matrices, shape);

        Tensor? ours = null, theirs = null, without = null;
        var times = Rounds.Quickest(
            Count,
            () => ours = half.Forward(input, again: false), () => BackwardPass.Run(() => ours!.backward([slopes])),
            () => theirs = loop.Forward(input), () => theirs!.backward([slopes]),
            () => without = dense.Forward(input, again: false),
            () => BackwardPass.Run(() => without!.backward([slopes])));
        var distance = (ours! - theirs!).abs().max().item<float>() / theirs!.abs().max().item<float>();
        var (own, other, plain) = (times[0] + times[1], times[2] + times[3], times[4] + times[5]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Experts} experts, {PerToken} a token, {preset}, {rows} tokens: forward {times[0] * 1e3:f1}, back "
                + $"{times[1] * 1e3:f1}; a loop over experts {times[2] * 1e3:f1} and {times[3] * 1e3:f1}: "
                + $"{other / own:f2} times; without experts {times[4] * 1e3:f1} and {times[5] * 1e3:f1}: ours takes "
                + $"{own / plain:f2} of that; difference {distance:e1}"));
    }

    /// <summary>What a program would write with the library's operations alone.</summary>
    private sealed class Loop
    {
        private readonly Tensor _norm;
        private readonly Tensor _router;
        private readonly (Tensor Gate, Tensor Up, Tensor Down)[] _experts;
        private readonly ModelShape _shape;

        public Loop(Tensor norm, Tensor router, (Tensor GateUp, Tensor Down)[] experts, ModelShape shape)
        {
            (_norm, _router, _shape) = (Copy(norm), Copy(router), shape);
            _experts =
            [
                .. experts.Select(own =>
                {
                    var halves = own.GateUp.chunk(2, 0);
                    return (Copy(halves[0]), Copy(halves[1]), Copy(own.Down));
                }),
            ];

            static Tensor Copy(Tensor values) => values.clone().requires_grad_();
        }

        public Tensor Forward(Tensor hidden)
        {
            using var scope = NewDisposeScope();
            var x = hidden * (hidden * hidden).mean([1L], keepdim: true).Plus(_shape.RmsNormEps).rsqrt() * _norm;
            var (best, chosen) = nn.functional.linear(x, _router).softmax(1).topk(PerToken, 1);
            var weights = best / best.sum([1L], keepdim: true);
            var sum = zeros_like(x);
            foreach (var (i, (gate, up, down)) in _experts.Index())
            {
                var places = chosen.eq(tensor((long)i)).nonzero();
                var (rows, slots) = (places.select(1, 0), places.select(1, 1));
                var entered = x.index_select(0, rows);
                var product = nn.functional.silu(nn.functional.linear(entered, gate))
                    * nn.functional.linear(entered, up);
                var left = nn.functional.linear(product, down);
                var factors = weights.index_select(0, rows).gather(1, slots.unsqueeze(1));
                sum = sum.WithRowsAdded(rows, left * factors);
            }
            return hidden.PlusScaled(sum, _shape.ResidualScale).MoveToOuterDisposeScope();
        }
    }
}
