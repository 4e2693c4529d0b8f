using MiniCpmDist.Core.Images;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Model.Graph;
using MiniCpmDist.Engine.Model.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Model;

/// <summary>Against PyTorch's own operations in float64: tests/golden/vision_reference.py.</summary>
public sealed class VisionParityTests
{
    private const double Noise = 1e-11;

    [Theory]
    [InlineData("vision-nearest", KernelSet.Plain)]
    [InlineData("vision-nearest", KernelSet.Fused)]
    [InlineData("vision-interpolated", KernelSet.Plain)]
    [InlineData("vision-interpolated", KernelSet.Fused)]
    public void Features_logits_and_every_gradient_agree_with_the_reference_in_float32(string name, KernelSet kernels)
    {
        using var golden = GoldenFile.Open(name);
        using var model = new MiniCpmForCausalLM(Shape(golden), kernels: kernels);
        using var flat = new FlatModel(model);

        Compare(golden, model, golden.RequireClose);
    }

    [Theory]
    [InlineData("vision-nearest")]
    [InlineData("vision-interpolated")]
    public void In_float64_nothing_is_left_of_the_difference(string name)
    {
        using var golden = GoldenFile.Open(name);
        using var model = new MiniCpmForCausalLM(Shape(golden), ScalarType.Float64);

        Compare(golden, model, (tensor, found) =>
        {
            var expected = golden[tensor].to(ScalarType.Float64);
            var error = (found.reshape(expected.shape) - expected).norm().item<double>();
            // What is stored in float32 is rounded.
            Assert.True(
                error <= Noise * Math.Max(1, expected.norm().item<double>()), $"{name}: {tensor} is {error:E2} off");
        });
    }

    [Fact]
    public void Rows_of_the_table_of_70_are_those_that_float32_gives()
    {
        using var golden = GoldenFile.Open("vision-nearest");
        using var scope = NewDisposeScope();
        var expected = golden["nearest_rows"].data<long>().ToArray();
        var at = 0;
        foreach (var count in golden["nearest_counts"].data<long>())
        {
            var found = PositionTable.NearestRows(70, count);

            Assert.Equal(expected.AsSpan(at, (int)count).ToArray(), found);
            at += (int)count;
        }
        Assert.Equal(expected.Length, at);
    }

    [Fact]
    public void A_table_of_the_grids_own_size_is_taken_as_it_is()
    {
        var shape = new VisionShape { TableSide = 6, Positions = PositionRule.Interpolated };
        using var scope = NewDisposeScope();
        var table = randn(1, 36, 5);

        Assert.True(PositionTable.For(table, shape, 6, 6).allclose(table[0], 1e-6, 1e-6));
        Assert.True(PositionTable.For(
            table, shape with { Positions = PositionRule.Nearest }, 6, 6).equal(table[0]).all().item<bool>());
    }

    [Fact]
    public void Other_parts_and_other_orders_of_sizes_leave_the_features_of_a_part_alone()
    {
        using var golden = GoldenFile.Open("vision-nearest");
        using var model = Started(golden, new MiniCpmForCausalLM(Shape(golden)));
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var parts = Parts(golden);
        var together = Features(model, parts);
        for (var i = 0; i < parts.Length; i++)
        {
            var alone = Features(model, [parts[i] with { Position = 0 }]);

            Assert.True(alone.allclose(together.narrow(0, i * 4, 4), 1e-5, 1e-5));
        }
    }

    [Fact]
    public void Features_are_not_scaled_and_the_ids_below_them_do_not_matter()
    {
        using var golden = GoldenFile.Open("vision-nearest");
        using var model = Started(golden, new MiniCpmForCausalLM(Shape(golden)));
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var parts = Parts(golden);
        var (ids, other) = (golden["input_ids"], golden["input_ids"].clone());
        foreach (var part in parts)
            other.view(-1).narrow(0, part.Position, 4).fill_(0);

        var hidden = model.Hidden(ids, null, parts);

        Assert.True(hidden.equal(model.Hidden(other, null, parts)).all().item<bool>());
        Assert.False(hidden.equal(model.Hidden(ids, null, null)).all().item<bool>());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(45)]
    [InlineData(2)]
    public void Parts_that_overlap_or_leave_the_batch_are_refused(long position)
    {
        using var golden = GoldenFile.Open("vision-nearest");
        using var model = Started(golden, new MiniCpmForCausalLM(Shape(golden)));
        var part = new RgbImage(4, 4);
        PlacedPart[] parts = [new(part, 0), new(part, position)];

        Assert.Throws<ArgumentException>(() => model.Hidden(golden["input_ids"], null, parts));
    }

    private static void Compare(GoldenFile golden, MiniCpmForCausalLM model, Action<string, Tensor> require)
    {
        Started(golden, model);
        using var scope = NewDisposeScope();
        var parts = Parts(golden);
        var lengths = golden["segment_lengths"].data<long>().Select(length => (int)length).ToArray();
        var (ids, targets) = (golden["input_ids"], golden["targets"]);

        var loss = model.LossSum(ids, targets, lengths, images: parts)
            / golden.Facts.GetProperty("loss_positions").GetInt64();
        BackwardPass.Run(loss);

        require("loss", loss);
        foreach (var (name, parameter) in model.named_parameters())
        {
            if (name != "resampler.pos_embed")
                require("gradient." + name, parameter.grad!);
        }
        using var frozen = no_grad();
        require("features", Features(model, parts));
        require("logits", nn.functional.linear(model.Hidden(ids, lengths, parts), model.Head));
        require("positions_3x7", PositionTable.For(
            model.get_parameter("vpm.pos_embed")!, model.Shape.Vision!, rows: 3, columns: 7));
    }

    /// <summary>Of all parts, in their order.</summary>
    private static Tensor Features(MiniCpmForCausalLM model, PlacedPart[] parts)
    {
        var seen = model.See(parts, positions: 48)!;
        return seen.Values.index_select(0, seen.Rows.argsort());
    }

    private static MiniCpmForCausalLM Started(GoldenFile golden, MiniCpmForCausalLM model)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var (name, parameter) in model.named_parameters())
            parameter.copy_(golden["start." + name]);
        return model;
    }

    private static PlacedPart[] Parts(GoldenFile golden) =>
    [
        .. golden["parts"].data<long>().ToArray().Chunk(4).Select((part, i) => new PlacedPart(
            new RgbImage((int)part[3], (int)part[2], [.. golden[$"pixels.{i}"].data<long>().Select(v => (byte)v)]),
            part[0] * golden["input_ids"].shape[1] + part[1])),
    ];

    private static ModelShape Shape(GoldenFile golden)
    {
        var vision = golden.Facts.GetProperty("vision");
        int Of(string name) => vision.GetProperty(name).GetInt32();
        return golden.Shape with
        {
            Vision = new VisionShape
            {
                HiddenSize = Of("hidden_size"),
                Layers = Of("num_hidden_layers"),
                Heads = Of("num_attention_heads"),
                IntermediateSize = Of("intermediate_size"),
                TableSide = Of("table_side"),
                Positions = vision.GetProperty("interpolated").GetBoolean()
                    ? PositionRule.Interpolated
                    : PositionRule.Nearest,
                Queries = Of("query_num"),
                QueryPositions = vision.GetProperty("query_positions").GetBoolean(),
                ResamplerHeadDim = Of("resampler_head_dim"),
                Slices = new SliceRules(Side: 8, Patch: Of("patch_size")),
            },
        };
    }
}
