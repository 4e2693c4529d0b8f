using MiniCpmDist.Core.Alignment;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Model.Graph;
using MiniCpmDist.Engine.Objectives;
using MiniCpmDist.Engine.Tests.Model;
using MiniCpmDist.Native.TorchExt;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Alignment;

/// <summary>
/// Both answers after one copy of the prompt, against each after a copy of its own. Both ways add the same numbers in
/// another order, so float64 agrees to its rounding (2e-15 was seen) and float32 to its own (5e-7).
/// </summary>
public sealed class SharedPromptTests
{
    /// <summary>Of each pair the positions of the prompt, of the chosen and of the rejected answer.</summary>
    private static readonly (int Stem, int Chosen, int Rejected)[] s_pairs =
        [(70, 20, 1), (3, 2, 5), (1, 64, 65), (64, 1, 1), (130, 70, 30), (5, 5, 5)];

    [Theory]
    [InlineData(KernelSet.Plain, ScalarType.Float64, 1e-14)]
    [InlineData(KernelSet.Plain, ScalarType.Float32, 2e-6)]
    [InlineData(KernelSet.Fused, ScalarType.Float32, 2e-6)]
    public void Logits_and_gradients_are_those_of_separate_sequences(KernelSet kernels, ScalarType dtype, double limit)
    {
        ComputeThreads.Set(1);
        using var scope = NewDisposeScope();
        using var model = new Bound(kernels, dtype);
        var (shared, separate) = (Shared(), Separate());

        var expected = model.Run(separate);
        var found = model.Run(shared);

        RequireClose("loss", expected.Loss, found.Loss, limit);
        RequireClose("logits", expected.Logits, found.Logits, limit);
        foreach (var (name, gradient) in expected.Gradients)
            RequireClose(name, gradient, found.Gradients[name], limit);
    }

    [Theory]
    [InlineData(KernelSet.Plain, ScalarType.Float64, 1e-6)]
    [InlineData(KernelSet.Plain, ScalarType.Float32, 5e-6)]
    [InlineData(KernelSet.Fused, ScalarType.Float32, 5e-6)]
    public void The_loss_of_pairs_and_its_gradients_are_those_of_separate_sequences(
        KernelSet kernels, ScalarType dtype, double limit)
    {
        ComputeThreads.Set(1);
        using var scope = NewDisposeScope();
        using var model = new Bound(kernels, dtype);
        // Answers of up to 70 tokens at about 4 nats; sums are rounded to float32 before they are compared.
        float[] references = [.. s_pairs.SelectMany(pair => (float[])[-4f * pair.Chosen, -4f * pair.Rejected])];
        var options = new AlignmentOptions { Method = AlignmentMethod.Dpo, Beta = 0.02, SftWeight = 0.5 };
        var objective = new PreferenceObjective(options, new ReferenceTable());

        var expected = model.Run(objective, new PreferenceBatch(Separate(), references));
        var found = model.Run(objective, new PreferenceBatch(Shared(), references));

        Assert.All(
            expected.Measured.Zip(found.Measured),
            pair => Assert.Equal(pair.First, pair.Second, 1e-5 * Math.Max(1, Math.Abs(pair.First))));
        RequireClose("loss", expected.Loss, found.Loss, limit);
        foreach (var (name, gradient) in expected.Gradients)
            RequireClose(name, gradient, found.Gradients[name], limit);
    }

    [Theory]
    [InlineData(KernelSet.Plain)]
    [InlineData(KernelSet.Fused)]
    public void Another_answer_changes_no_bit_of_the_one_beside_it_and_another_prompt_changes_both(KernelSet kernels)
    {
        ComputeThreads.Set(1);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = new Bound(kernels, ScalarType.Float32);
        var segments = SegmentLengths.Of([70, 20, 30, 8], [0, 1, 2, 0]);
        int[] firsts = [0, 70, 90, 120, 128];
        bool[][] changes = [[true, true, true, false], [false, true, false, false], [false, false, true, false]];
        var ids = SmallModel.RandomIds(3, 1, 128);
        var before = model.Model.Logits(ids, segments).squeeze(0);

        for (var segment = 0; segment < changes.Length; segment++)
        {
            var changed = ids.clone();
            changed[0, firsts[segment]] = (ids[0, firsts[segment]] + 1).remainder(SmallModel.Shape.VocabularySize);

            var differs = model.Model.Logits(changed, segments).squeeze(0).ne(before).any(1L).data<bool>().ToArray();

            for (var other = 0; other < segments.Count; other++)
            {
                Assert.All(
                    differs[firsts[other]..firsts[other + 1]],
                    position => Assert.Equal(changes[segment][other], position));
            }
        }
    }

    [Fact]
    public void A_branch_that_begins_a_row_is_refused_before_anything_is_computed()
    {
        using var scope = NewDisposeScope();
        using var model = SmallModel.Create(ScalarType.Float32);
        var ids = SmallModel.RandomIds(1, 2, 6);

        var thrown = Assert.Throws<ArgumentException>(
            () => model.Logits(ids, SegmentLengths.Of([6, 3, 3], [0, 1, 2])));

        Assert.Contains("segment 1, which begins row 1, to be no branch", thrown.Message, StringComparison.Ordinal);
    }

    private static MicroBatch Shared() => Batch(
        Pairs().SelectMany(pair => (IEnumerable<(int, long[], long[])>)
            [
                (0, pair.Stem, Silent(pair.Stem)), (1, pair.Chosen, pair.ChosenNext),
                (2, pair.Rejected, pair.RejectedNext),
            ]));

    private static MicroBatch Separate() => Batch(
        Pairs().SelectMany(pair => (IEnumerable<(int, long[], long[])>)
            [
                (0, [.. pair.Stem, .. pair.Chosen], [.. Silent(pair.Stem), .. pair.ChosenNext]),
                (0, [.. pair.Stem, .. pair.Rejected], [.. Silent(pair.Stem), .. pair.RejectedNext]),
            ]));

    private static MicroBatch Batch(IEnumerable<(int Branch, long[] Ids, long[] Targets)> segments)
    {
        var all = segments.ToArray();
        return new MicroBatch(
            [.. all.SelectMany(segment => segment.Ids)], [.. all.SelectMany(segment => segment.Targets)],
            SegmentLengths.Of(all.Select(segment => segment.Ids.Length), all.Select(segment => segment.Branch)), 1);
    }

    private static long[] Silent(long[] ids) => [.. ids.Select(_ => TokenDataset.NoLoss)];

    private static IEnumerable<(long[] Stem, long[] Chosen, long[] ChosenNext, long[] Rejected, long[] RejectedNext)>
        Pairs()
    {
        var random = new Random(5);
        foreach (var (stem, chosen, rejected) in s_pairs)
            yield return (Ids(stem), Ids(chosen), Ids(chosen), Ids(rejected), Ids(rejected));

        long[] Ids(int count) =>
            [.. Enumerable.Range(0, count).Select(_ => (long)random.Next(SmallModel.Shape.VocabularySize))];
    }

    private static void RequireClose(string name, Tensor expected, Tensor found, double limit)
    {
        var wide = expected.to(ScalarType.Float64);
        var difference = (found.to(ScalarType.Float64) - wide).square().sum().sqrt().item<double>();
        var norm = wide.square().sum().sqrt().item<double>();
        Assert.True(difference <= limit * norm, $"{name}: {difference:E2} off {norm:E2}, limit {limit:E0} of it");
    }

    /// <summary>A small model with its gradients, in flat buffers where it has fused kernels.</summary>
    private sealed class Bound : IDisposable
    {
        private readonly FlatModel? _flat;

        public Bound(KernelSet kernels, ScalarType dtype)
        {
            Model = kernels == KernelSet.Plain
                ? SmallModel.Create(dtype)
                : new MiniCpmForCausalLM(SmallModel.Shape, dtype, kernels);
            if (kernels == KernelSet.Plain)
                return;
            _flat = new FlatModel(Model);
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            using var right = SmallModel.Create(dtype);
            foreach (var ((_, parameter), (_, value)) in Model.named_parameters().Zip(right.named_parameters()))
                parameter.copy_(value);
        }

        public MiniCpmForCausalLM Model { get; }

        /// <summary>The loss, the logits of scored positions, and the gradients.</summary>
        public (Tensor Loss, Tensor Logits, Dictionary<string, Tensor> Gradients) Run(MicroBatch batch)
        {
            Clear();
            long[] shape = [batch.Rows, batch.Ids.Length / batch.Rows];
            var (ids, targets) = (tensor(batch.Ids, shape), tensor(batch.Targets, shape));
            var loss = Model.LossSum(ids, targets, batch.SegmentLengths, gradientFactor: 1);
            BackwardPass.Run(loss);
            var gradients = Gradients();
            using var frozen = no_grad();
            var logits = Model.Logits(ids, batch.SegmentLengths).view(-1, Model.Shape.VocabularySize);
            return (loss.detach(), logits.index_select(0, targets.view(-1).ge(0).nonzero().view(-1)), gradients);
        }

        public (Tensor Loss, IReadOnlyList<double> Measured, Dictionary<string, Tensor> Gradients) Run(
            PreferenceObjective objective, PreferenceBatch batch)
        {
            Clear();
            var sums = objective.Sum(Model, batch, 1.0 / s_pairs.Length);
            BackwardPass.Run(sums.Sum / s_pairs.Length);
            return (sums.Sum.detach(), sums.Measured, Gradients());
        }

        public void Dispose()
        {
            _flat?.Dispose();
            Model.Dispose();
        }

        private void Clear()
        {
            if (_flat is null)
                Model.zero_grad();
            else
                _flat.Gradients.Clear();
        }

        private Dictionary<string, Tensor> Gradients() => Model.named_parameters()
            .ToDictionary(pair => pair.name, pair => pair.parameter.grad!.clone());
    }
}
