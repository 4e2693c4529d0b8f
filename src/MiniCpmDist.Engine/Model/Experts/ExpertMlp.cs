using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Experts;

/// <summary>
/// The feed-forward half of a block with experts: each token takes those that the router gives the most, and gets the
/// sum of what they compute, weighted with their shares in what the chosen ones get. Tokens are sorted by expert, so
/// that each expert takes one product over neighbouring rows; none is dropped and nothing is filled up.
/// <c>[batch, seq, hidden]</c> in and out.
/// </summary>
internal sealed class ExpertMlp : nn.Module<Tensor, Tensor>
{
    private readonly LayerRouter _layer;
    private readonly Projection _router;
    private readonly ModuleList<Expert> _experts = new();

    public ExpertMlp(long hiddenSize, FeedForward.Experts half, LayerRouter layer, ScalarType dtype)
        : base(nameof(ExpertMlp))
    {
        _layer = layer;
        _router = new Projection(hiddenSize, half.Count, dtype);
        for (var i = 0; i < half.Count; i++)
            _experts.Add(new Expert(hiddenSize, half.IntermediateSize, dtype));
        register_module("gate", _router);
        register_module("experts", _experts);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var rows = input.reshape(-1, input.shape[^1]);                                  // [tokens, hidden]
        var scores = RouterLosses.apply(Scores(rows), _layer);                          // [tokens, experts]
        var (routing, _) = _layer.Route(scores);
        var entered = Rows(cat([.. Enumerable.Repeat(rows, routing.PerToken)], 0), Order(routing));
        var left = Rows(Compute(entered, routing), routing.Places);                     // [per token · tokens, hidden]
        var weights = Weights(scores, routing).to(input.dtype);                         // [tokens, per token]
        var sum = Slot(0);
        for (var slot = 1; slot < routing.PerToken; slot++)
            sum = sum.Plus(Slot(slot));
        return sum.view(input.shape).MoveToOuterDisposeScope();

        Tensor Slot(int slot) =>
            left.narrow(0, (long)slot * routing.Tokens, routing.Tokens) * weights.narrow(1, slot, 1);
    }

    /// <summary>A router computes in float32 at least: in bfloat16 many scores would be equal.</summary>
    private Tensor Scores(Tensor rows) => rows.dtype == ScalarType.BFloat16
        ? nn.functional.linear(rows.to(ScalarType.Float32), _router.Weight.to(ScalarType.Float32))
        : _router.call(rows);

    private static Tensor Weights(Tensor scores, ExpertRouting routing)
    {
        var chosen = tensor(
            [.. routing.Chosen.Select(expert => (long)expert)], [routing.Tokens, routing.PerToken],
            device: scores.device);
        var taken = scores.softmax(1).gather(1, chosen);
        return taken / taken.sum([1L], keepdim: true);
    }

    /// <summary>
    /// Which of <c>[per token, tokens]</c> stands in each sorted place. Every index comes once, so that backward adds
    /// nothing up out of order.
    /// </summary>
    private static long[] Order(ExpertRouting routing)
    {
        var order = new long[routing.Assignments];
        foreach (var (index, place) in routing.Places.Index())
            order[place] = index;
        return order;
    }

    private static Tensor Rows(Tensor from, long[] indices) =>
        from.index_select(0, tensor(indices, device: from.device));

    /// <summary>
    /// Sorted rows through their experts. The activation is computed over all rows at once: at the end of a tensor its
    /// bits are others.
    /// </summary>
    private Tensor Compute(Tensor entered, ExpertRouting routing)
    {
        Expert[] experts = [.. routing.Parts().Select(part => _experts[part.Expert])];
        long[] sizes = [.. routing.Parts().Select(part => (long)part.Count)];
        var gates = Each(entered, expert => expert.Gate);
        var ups = Each(entered, expert => expert.Up);
        return Each(nn.functional.silu(gates) * ups, expert => expert.Down);

        Tensor Each(Tensor rows, Func<Expert, Projection> pick) =>
            cat([.. rows.split(sizes).Zip(experts, (own, expert) => pick(expert).call(own))], 0);
    }

    /// <summary>The matrices of one expert.</summary>
    private sealed class Expert : nn.Module
    {
        public Expert(long hiddenSize, long intermediateSize, ScalarType dtype) : base(nameof(Expert))
        {
            Gate = new Projection(hiddenSize, intermediateSize, dtype);
            Up = new Projection(hiddenSize, intermediateSize, dtype);
            Down = new Projection(intermediateSize, hiddenSize, dtype);
            register_module("w1", Gate);
            register_module("w3", Up);
            register_module("w2", Down);
        }

        public Projection Gate { get; }

        public Projection Up { get; }

        public Projection Down { get; }
    }
}
