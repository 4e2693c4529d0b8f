using MiniCpmDist.Core.Model;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Model.Experts;
using MiniCpmDist.Engine.Model.Fused;
using MiniCpmDist.Engine.Model.Graph;
using MiniCpmDist.Native.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Model.Graph;

/// <summary>
/// Each function of the model's own, made to fail on the way back: without a gradient to add to, mostly.
/// </summary>
public sealed class GraphFunctionTests : IDisposable
{
    private const int Rows = 6;
    private const int Width = 8;

    private static readonly ModelShape s_shape = ModelPresets.All["nano"] with
    {
        HiddenSize = Width,
        IntermediateSize = Width,
        Heads = 2,
        KeyValueHeads = 2,
        HeadDim = 4,
    };

    private static readonly Dictionary<string, (string Words, Func<GraphFunctionTests, Tensor> Loss)> s_cases = new()
    {
        [nameof(EmbeddedTokens)] = ("flat gradients", _ => EmbeddedTokens.apply(
            Input(4, Width), arange(Rows, ScalarType.Int64) % 4, Frozen(4, Width), 1.0).sum()),
        [nameof(FusedAttentionBlock)] = ("flat gradients", test => FusedAttentionBlock.apply(
            Input(Rows, Width), Attention(), test._call, test._rotary).sum()),
        [nameof(FusedMlpBlock)] = ("flat gradients", _ => FusedMlpBlock.apply(
            Input(Rows, Width), Mlp(), false).sum()),
        [nameof(FusedExpertsBlock)] = ("flat gradients", _ => FusedExpertsBlock.apply(
            Input(Rows, Width), Experts(), false).sum()),
        [nameof(CheckpointedBlock)] = ("flat gradients", test => CheckpointedBlock.apply(
            Input(Rows, Width), Attention(), Mlp(), test._call, test._rotary).sum()),
        [nameof(StrandAttention)] = ("flat gradients", test => StrandAttention.apply(
            Input(Rows, Width), (FusedAttentionBlock.Weights[])[Attention()], test.Strands()).sum()),
        [nameof(CheckpointedStrands)] = ("flat gradients", test => CheckpointedStrands.apply(
            Input(Rows, Width),
            (FusedBlock[])[new FusedBlock(s_shape, null, "", new FrozenWeights(), ActivationCheckpointing.Full)],
            test.Strands()).sum()),
        [nameof(FinalNorm)] = ("flat gradients", _ => FinalNorm.apply(
            Input(Rows, Width), Norm()).sum()),
        [nameof(FusedCrossEntropy)] = ("Expected to go back with the factor 0.5", _ => FusedCrossEntropy.apply(
            Input(Rows, Width), Trained(11, Width), arange(Rows, ScalarType.Int64), true, (double?)0.5,
            zeros(Rows, ScalarType.Float32))),
        [nameof(ChunkedCrossEntropy)] = ("found a second time", _ => WalkedBackOnce()),
        [nameof(NarrowTokenRows)] = ("modified by an inplace operation", _ => WithOtherIds()),
        [nameof(PairLosses)] = ("modified by an inplace operation", _ => WithOtherSlopes()),
        [nameof(RouterLosses)] = ("modified by an inplace operation", _ => WithOtherScores()),
        [nameof(CheckpointedFunction)] = ("no second time", _ => CheckpointedFunction.apply(
            Input(Rows, Width), Once()).sum()),
        [nameof(BackwardMark)] = ("mark 3 was reached", _ => BackwardMark.Set(
            Input(Rows, Width), 3, mark => throw new InvalidOperationException($"mark {mark} was reached")).sum()),
    };

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly AttentionCall _call = new(2, 2, 4, [Rows], Threads: 1);
    private readonly RotaryTable _rotary = RotaryTable.Create(Rows, new Rotary(4, 10_000), Rows);

    public static TheoryData<string> Functions { get; } = [.. s_cases.Keys];

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_problem_on_the_way_back_comes_out_as_it_was_thrown_and_the_next_walk_is_none_the_worse(
        string function)
    {
        var (words, loss) = s_cases[function];

        var problem = Assert.ThrowsAny<Exception>(() => BackwardPass.Run(loss(this)));

        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
        var input = Input(2, 2);
        BackwardPass.Run(input.sum());
        Assert.Equal([1f, 1f, 1f, 1f], input.grad!.data<float>().ToArray());
    }

    [Fact]
    public void All_functions_of_the_graph_are_here() =>
        Assert.Equal(
            typeof(MiniCpmForCausalLM).Assembly.GetTypes()
                .Where(type => type.BaseType is { IsGenericType: true } parent
                    && parent.GetGenericTypeDefinition() == typeof(GraphFunction<>))
                .Select(type => type.Name)
                .Order(),
            s_cases.Keys.Order());

    [Fact]
    public void Functions_before_the_one_that_failed_are_passed_by()
    {
        var reached = new List<int>();
        var first = BackwardMark.Set(Input(2, 2), 1, reached.Add);
        var second = BackwardMark.Set(first * 2, 2, _ => throw new InvalidOperationException("stop"));
        var third = BackwardMark.Set(second * 2, 3, reached.Add);

        Assert.Throws<InvalidOperationException>(() => BackwardPass.Run(third.sum()));

        Assert.Equal([3], reached);
    }

    [Fact]
    public void A_walk_leaves_no_tensor_behind_whether_it_comes_through_or_not()
    {
        var live = Tensor.TotalCount;
        foreach (var fails in new[] { false, true })
        {
            using var scope = NewDisposeScope();
            var input = rand(2, 2).requires_grad_();
            var marked = BackwardMark.Set(input, 1, _ => { if (fails) throw new InvalidOperationException("stop"); });
            var loss = CheckpointedFunction.apply(marked, (CheckpointedFunction.Part)(hidden => hidden * hidden)).sum();

            Assert.Equal(fails, Record.Exception(() => BackwardPass.Run(loss)) is not null);
            input.grad?.Dispose();
        }

        Assert.Equal(live, Tensor.TotalCount);
    }

    public void Dispose()
    {
        _rotary.Dispose();
        _scope.Dispose();
    }

    // One strand of one sequence, on one rank.
    private StrandPass Strands() => new(
        s_shape, new ContextLink(RankLink.OnHost(new LoopbackCommunicator()), [0]), [new SequenceStrand(1, 0, Rows, 1)],
        SegmentLengths.Of([Rows]), _rotary);

    private static Tensor Input(params long[] shape) => rand(shape).requires_grad_();

    private static FlatWeight Frozen(params long[] shape) => new(rand(shape), null);

    private static FlatWeight Trained(params long[] shape) => new(rand(shape), zeros(shape));

    private static RowNorm Norm() => new(Frozen(Width), 1e-5);

    private static FusedAttentionBlock.Weights Attention() => new(
        Norm(), Frozen(3 * Width, Width), Frozen(Width, Width), 1);

    private static FusedMlpBlock.Weights Mlp() => new(Norm(), Frozen(2 * Width, Width), Frozen(Width, Width), 1);

    private static FusedExpertsBlock.Weights Experts() => new(
        Norm(), Frozen(2, Width), [.. Enumerable.Range(0, 2).Select(_ => new FusedExpertsBlock.Expert(
            Frozen(2 * Width, Width), Frozen(Width, Width)))], new LayerRouter(2, 1), 1);

    private static CheckpointedFunction.Part Once()
    {
        var calls = 0;
        return hidden => calls++ == 0 ? hidden * 2 : throw new InvalidOperationException("no second time");
    }

    private static Tensor WalkedBackOnce()
    {
        var loss = ChunkedCrossEntropy.apply(
            Input(Rows, Width), rand(11, Width), arange(Rows, ScalarType.Int64), true, null!);
        BackwardPass.Run(loss);
        return loss;
    }

    private static Tensor WithOtherSlopes()
    {
        var slopes = ones(2, ScalarType.Float64);
        var sums = zeros(2, ScalarType.Float64).requires_grad_();
        var loss = PairLosses.apply(sums, ones(1, ScalarType.Float64), slopes);
        slopes.zero_();
        return loss;
    }

    private static Tensor WithOtherScores()
    {
        var scores = Input(Rows, 2) * 1;
        var loss = RouterLosses.apply(scores, new LayerRouter(2, 1)).sum();
        using var frozen = no_grad();
        scores.zero_();
        return loss;
    }

    private static Tensor WithOtherIds()
    {
        var ids = arange(Rows, ScalarType.Int64) % 4;
        var rows = NarrowTokenRows.apply(Input(4, Width), ids);
        ids.mul_(0);
        return rows.sum();
    }

    private sealed class FrozenWeights : IFlatWeights
    {
        public FlatWeight Find(string first, string last) => first switch
        {
            _ when first.Contains("layernorm", StringComparison.Ordinal) => Frozen(Width),
            _ when first.Contains("q_proj", StringComparison.Ordinal) => Frozen(3 * Width, Width),
            _ when first.Contains("gate_proj", StringComparison.Ordinal) => Frozen(2 * Width, Width),
            _ => Frozen(Width, Width),
        };
    }
}
