using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Model.Graph;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Model;

public sealed class SegmentLengthsTests
{
    [Fact]
    public void Segments_that_cross_a_row_are_refused_before_anything_is_computed()
    {
        using var scope = NewDisposeScope();
        using var model = SmallModel.Create(ScalarType.Float32);
        var ids = SmallModel.RandomIds(1, 2, 6);

        var thrown = Assert.Throws<ArgumentException>(() => model.LossSum(ids, ids, [4, 4, 4]));

        Assert.Contains("of 1 to 2 positions at position 4 of row 0", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("found segment 1 with 4", thrown.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => model.Logits(ids, [6]));
    }

    [Fact]
    public void Other_lengths_of_as_many_segments_are_not_taken_for_those_of_the_batch_before()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = SmallModel.Create(ScalarType.Float32);
        using var fresh = SmallModel.Create(ScalarType.Float32);
        var ids = SmallModel.RandomIds(1, 2, 80);
        model.Logits(ids, [50, 30, 80]);

        var logits = model.Logits(ids, [30, 50, 80]);

        Assert.Equal(fresh.Logits(ids, [30, 50, 80]).bytes, logits.bytes);
    }

    /// <summary>
    /// Scores depend on differences of positions only: positions that went on would show in no loss, but in its bits.
    /// </summary>
    [Fact]
    public void Every_segment_is_rotated_from_position_0_to_the_bits_of_a_row_of_its_own()
    {
        int[] lengths = [3, 9, 1, 7, 4, 12, 12];
        const int HeadDim = 8;
        using var scope = NewDisposeScope();
        using var packed = new AttentionLayouts(new Rotary(HeadDim, 10_000), 0, ScalarType.Float32);
        using var alone = new AttentionLayouts(new Rotary(HeadDim, 10_000), 0, ScalarType.Float32);
        var heads = randn([1, 2, 48, HeadDim]);

        var rotated = packed.For(rows: 4, rowLength: 12, lengths).Rotary.Rotate(heads);

        var first = 0;
        foreach (var length in lengths)
        {
            var expected = alone.For(1, length, null).Rotary.Rotate(heads.narrow(2, first, length));
            Assert.Equal(expected.contiguous().bytes, rotated.narrow(2, first, length).contiguous().bytes);
            first += length;
        }
    }

    [Fact]
    public void Packed_batches_of_many_layouts_leave_no_native_object_behind_and_nothing_to_the_finalizer()
    {
        CollectGarbage();
        var live = Tensor.TotalCount;
        var parameters = 0;

        using (var model = SmallModel.Create(ScalarType.Float32))
        {
            parameters = model.parameters().Count();
            using var scope = NewDisposeScope();
            var ids = SmallModel.RandomIds(1, 2, 80);
            foreach (var lengths in (int[]?[])[null, [80, 80], [70, 10, 1, 79], [8, 8, 64, 40, 40], [70, 10, 1, 79]])
            {
                using var step = NewDisposeScope();
                var tokenLosses = zeros(ids.shape, ScalarType.Float32);
                BackwardPass.Run(model.LossSum(ids, ids, lengths, tokenLosses));
            }
            var kept = Tensor.TotalCount;
            using (var step = NewDisposeScope())
                BackwardPass.Run(model.LossSum(ids, ids, [70, 10, 1, 79]));
            Assert.Equal(kept, Tensor.TotalCount);
        }
        CollectGarbage();

        // TorchSharp's count never forgets what a parameter was made from, though its memory is the parameter's.
        Assert.Equal(live + parameters, Tensor.TotalCount);
    }

    private static void CollectGarbage()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
