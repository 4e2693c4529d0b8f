using MiniCpmDist.Core.Images;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Core.Tests.Model;

public sealed class VisionShapeTests
{
    [Fact]
    public void MiniCpm_V_2_has_as_many_parameters_as_its_published_files()
    {
        var shape = ModelPresets.All["minicpm-v-2"];
        long Of(ModelPart part) => shape.ParameterSpecs.Where(spec => spec.Part == part).Sum(spec => spec.Count);

        Assert.Equal(397_747_744, Of(ModelPart.Encoder));
        Assert.Equal(29_514_240, Of(ModelPart.Resampler));
        Assert.Equal(3_007_703_808, Of(ModelPart.Language));
        Assert.Equal(3_434_965_792, shape.Parameters);
        Assert.Equal(694, shape.ParameterSpecs.Count);
    }

    [Fact]
    public void Releases_differ_in_slices_positions_queries_and_layout()
    {
        Assert.Equal(0, VisionShape.V1.Slices.Plan(new PixelSize(3000, 2000)).Slices);
        Assert.Equal(8, VisionShape.V2.Slices.Plan(new PixelSize(3000, 2000)).Slices);
        Assert.Equal((27, 27, 70, 70), (
            VisionShape.V1.TableSide, VisionShape.V2.TableSide, VisionShape.V25.TableSide, VisionShape.V26.TableSide));
        Assert.Equal((64, 64, 96, 64), (
            VisionShape.V1.Queries, VisionShape.V2.Queries, VisionShape.V25.Queries, VisionShape.V26.Queries));
        Assert.Equal(
            (true, true, false, false),
            (VisionShape.V1.QueryPositions, VisionShape.V2.QueryPositions, VisionShape.V25.QueryPositions,
                VisionShape.V26.QueryPositions));
        Assert.Equal(
            (PositionRule.Interpolated, PositionRule.Nearest), (VisionShape.V2.Positions, VisionShape.V26.Positions));
        Assert.Equal(
            (ImageLayout.OuterSlices, ImageLayout.TaggedSlices), (VisionShape.V25.Layout, VisionShape.V26.Layout));
    }

    [Fact]
    public void The_tiny_model_has_the_rules_of_2_6_and_sees_a_scene_as_one_part()
    {
        var shape = ModelPresets.All["minicpm-v-tiny"];
        var vision = shape.Vision!;

        Assert.Equal(0, shape.HiddenSize % vision.ResamplerHeadDim);
        Assert.Equal((PositionRule.Nearest, 70, ImageLayout.TaggedSlices), (
            vision.Positions, vision.TableSide, vision.Layout));
        Assert.Equal(0, vision.Slices.Plan(new PixelSize(112, 112)).Slices);
        Assert.InRange(shape.Parameters, 1_000_000, 5_000_000);
    }

    [Fact]
    public void Encoder_and_resampler_share_the_bucket_that_is_complete_last()
    {
        var shape = ModelPresets.All["minicpm-v-tiny"];
        var layout = FlatLayout.For(shape.ParameterSpecs, slices: 4);

        Assert.Equal(Bucket.AtTheEnd, layout.Buckets[0].Mark);
        Assert.All(
            layout.Slots.Where(slot => slot.Spec.Part != ModelPart.Language),
            slot => Assert.InRange(slot.Offset + slot.Spec.Count, 1, layout.Buckets[0].Count));
        Assert.All(layout.Buckets.Skip(1), bucket => Assert.NotEqual(Bucket.AtTheEnd, bucket.Mark));
    }

    [Fact]
    public void Positions_of_a_grid_have_the_column_in_the_first_half_and_the_row_in_the_second()
    {
        const int Width = 8;
        var table = SineCosinePositions.Of(columns: 3, rows: 2, Width);
        double[] Half(int place) =>
            [Math.Sin(place), Math.Sin(place / 100.0), Math.Cos(place), Math.Cos(place / 100.0)];

        Assert.Equal(3 * 2 * Width, table.Length);
        for (var at = 0; at < 6; at++)
        {
            double[] expected = [.. Half(at % 3), .. Half(at / 3)];
            for (var i = 0; i < Width; i++)
                Assert.Equal(expected[i], table[at * Width + i], 14);
        }
    }
}
