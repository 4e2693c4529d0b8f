using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Model.Graph;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Model;

/// <summary>
/// A packed micro-batch against its documents run alone. Both ways add the same numbers in another order, so float64
/// agrees to its rounding (3e-15 was seen), and float32 to a few times its error in tests/golden/packed-segments.json.
/// </summary>
public sealed class PackedSegmentsTests
{
    private static readonly int[][][] s_packings =
    [
        [[5, 7]],
        [[1, 11]],
        [[11, 1]],
        [[1, 1, 1, 1]],
        [[4, 8], [12], [3, 3, 6]],
        // Longer than a window is shared, as long as that, and crowds of short ones on both sides of a row's end.
        [[100, 20, 1, 7], [64, 64], [65, 8, 8, 8, 8, 8, 8, 8, 7]],
    ];

    public static TheoryData<ScalarType, int> Cases()
    {
        var cases = new TheoryData<ScalarType, int>();
        foreach (var dtype in (ScalarType[])[ScalarType.Float64, ScalarType.Float32])
        {
            for (var packing = 0; packing < s_packings.Length; packing++)
                cases.Add(dtype, packing);
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Losses_logits_and_gradients_of_a_packed_batch_are_those_of_its_documents_run_alone(
        ScalarType dtype, int packing)
    {
        using var scope = NewDisposeScope();
        var (rows, lengths) = (s_packings[packing], s_packings[packing].SelectMany(row => row).ToArray());
        var limit = dtype == ScalarType.Float64 ? 1e-14 : 2e-6;
        var (ids, targets) = Batch(rows);
        using var model = SmallModel.Create(dtype);

        var packed = Run(model, ids, targets, lengths);

        var documents = ids.view(-1).split([.. lengths.Select(length => (long)length)], 0L);
        var wanted = targets.view(-1).split([.. lengths.Select(length => (long)length)], 0L);
        var alone = documents.Zip(wanted, (document, next) => Run(model, document.view(1, -1), next.view(1, -1), null));
        var (loss, logits, gradients) = alone.Aggregate((sum, next) => (
            sum.Loss + next.Loss,
            cat([sum.Logits, next.Logits], 1),
            sum.Gradients.Zip(next.Gradients, (a, b) => a + b).ToArray()));
        RequireClose("loss", loss, packed.Loss, limit);
        RequireClose("logits", logits, packed.Logits.view(1, -1, SmallModel.Shape.VocabularySize), limit);
        foreach (var (i, (name, _)) in model.named_parameters().Index())
            RequireClose(name, gradients[i], packed.Gradients[i], limit);
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float32)]
    public void Another_text_in_one_document_changes_no_bit_of_the_logits_of_the_others(ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        int[] lengths = [100, 20, 1, 7, 30, 30, 68];
        using var model = SmallModel.Create(dtype);
        var ids = SmallModel.RandomIds(3, 2, 128);
        var before = model.Logits(ids, lengths).view(-1, SmallModel.Shape.VocabularySize);

        for (var (document, first) = (0, 0); document < lengths.Length; first += lengths[document++])
        {
            var changed = ids.clone();
            var text = changed.view(-1).narrow(0, first, lengths[document]);
            text.copy_((text + 1).remainder(SmallModel.Shape.VocabularySize));

            var after = model.Logits(changed, lengths).view(-1, SmallModel.Shape.VocabularySize);

            var differs = after.ne(before).any(1L).data<bool>().ToArray();
            Assert.All(differs.Index(), position =>
                Assert.Equal(position.Index >= first && position.Index < first + lengths[document], position.Item));
        }
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float32)]
    public void Segments_that_are_whole_rows_give_the_bits_of_no_segments_at_all(ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var (ids, targets) = Batch([[70], [70], [70]]);
        using var model = SmallModel.Create(dtype);
        // Another layout before it, so that nothing of it can stay.
        Run(model, ids, targets, [1, 69, 70, 60, 10]);

        var segments = Run(model, ids, targets, [70, 70, 70]);

        var none = Run(model, ids, targets, null);
        Assert.Equal(none.Loss.bytes, segments.Loss.bytes);
        Assert.Equal(none.Logits.bytes, segments.Logits.bytes);
        Assert.All(none.Gradients.Zip(segments.Gradients), pair => Assert.Equal(pair.First.bytes, pair.Second.bytes));
    }

    /// <summary>Sum of losses, logits, and the gradient of each parameter.</summary>
    private static (Tensor Loss, Tensor Logits, Tensor[] Gradients) Run(
        MiniCpmForCausalLM model, Tensor ids, Tensor targets, int[]? lengths)
    {
        model.zero_grad();
        var loss = model.LossSum(ids, targets, lengths);
        BackwardPass.Run(loss);
        using var frozen = no_grad();
        return (loss.detach(), model.Logits(ids, lengths), [.. model.parameters().Select(p => p.grad!.clone())]);
    }

    /// <summary>Every fourth target bears no loss.</summary>
    private static (Tensor Ids, Tensor Targets) Batch(int[][] rows)
    {
        long[] shape = [rows.Length, rows[0].Sum()];
        var targets = SmallModel.RandomIds(2, shape);
        var masked = arange(targets.numel(), ScalarType.Int64).remainder(4).eq(1).view(shape);
        return (SmallModel.RandomIds(1, shape), targets.masked_fill(masked, -100));
    }

    private static void RequireClose(string name, Tensor expected, Tensor found, double limit)
    {
        var wide = expected.to(ScalarType.Float64);
        var difference = (found.to(ScalarType.Float64) - wide).square().sum().sqrt().item<double>();
        var norm = wide.square().sum().sqrt().item<double>();
        // Zero must be met: a segment of one position has no gradient of queries and keys.
        Assert.True(difference <= limit * norm, $"{name}: {difference:E2} off {norm:E2}, limit {limit:E0} of it");
    }
}
