using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Core.Tests.ModelShape;

public sealed class AdapterListTests
{
    private static readonly Core.Model.ModelShape s_shape = ModelPresets.All["minicpm-2.4b"];

    [Fact]
    public void The_published_fine_tuning_on_q_and_v_trains_11_796_480_numbers_of_the_2_4b_model()
    {
        // 40 layers, each with q and v of 2304 x 2304: two pairs of 64 x 2304.
        var specs = AdapterList.Of(s_shape, new LoraOptions(64, 32, LoraMatrices.Query | LoraMatrices.Value));

        Assert.Equal(40 * 2 * 2 * 64 * 2304, specs.Sum(spec => spec.Count));
        Assert.Equal(0.5, new LoraOptions(64, 32, LoraMatrices.Query).Scale);
    }

    [Fact]
    public void Each_matrix_has_a_and_then_b_under_the_names_of_peft_and_b_begins_with_zeros()
    {
        var specs = AdapterList.Of(s_shape, new LoraOptions(8, 16, LoraMatrices.Gate | LoraMatrices.Down));

        Assert.Equal(
            [
                ("model.layers.0.mlp.gate_proj.lora_A.weight", "8, 2304", false),
                ("model.layers.0.mlp.gate_proj.lora_B.weight", "5760, 8", true),
                ("model.layers.0.mlp.down_proj.lora_A.weight", "8, 5760", false),
                ("model.layers.0.mlp.down_proj.lora_B.weight", "2304, 8", true),
            ],
            specs.Take(4).Select(
                spec => (spec.Name, string.Join(", ", spec.Shape), spec.Start == ParameterStart.Zeros)));
        Assert.Equal(1 / Math.Sqrt(3 * 2304.0), specs[0].InitStd);
        Assert.All(specs, spec => Assert.True(AdapterList.IsAdapter(spec.Name)));
        Assert.All(s_shape.ParameterSpecs, spec => Assert.False(AdapterList.IsAdapter(spec.Name)));
    }

    [Fact]
    public void A_block_with_experts_has_adapters_on_attention_alone()
    {
        var shape = s_shape with { Experts = 8, ExpertsPerToken = 2 };

        Assert.Equal(LoraMatrices.Attention, AdapterList.Possible(shape));
        Assert.Equal(["gate_proj", "up_proj", "down_proj"], AdapterList.Missing(shape, LoraMatrices.All));
        Assert.Throws<ArgumentException>(() => AdapterList.Of(shape, new LoraOptions(8, 16, LoraMatrices.All)));
    }

    [Fact]
    public void The_image_encoder_of_a_model_that_sees_has_matrices_of_the_same_names_and_no_adapters()
    {
        var specs = AdapterList.Of(ModelPresets.All["minicpm-v-2"], new LoraOptions(8, 16, LoraMatrices.All));

        Assert.All(specs, spec => Assert.StartsWith("model.layers.", spec.Name, StringComparison.Ordinal));
        Assert.False(AdapterList.IsAdapted("vpm.encoder.layers.0.self_attn.q_proj.weight", LoraMatrices.All));
    }

    [Fact]
    public void Every_bucket_of_adapters_is_complete_when_its_lowest_block_has_gone_back()
    {
        var layout = FlatLayout.For(AdapterList.Of(s_shape, new LoraOptions(16, 32, LoraMatrices.All)), slices: 4);

        Assert.Equal(0, layout.EmbeddingElements);
        Assert.All(layout.Buckets, bucket => Assert.Equal(
            layout.Slots
                .Where(slot => slot.Offset >= bucket.Offset && slot.Offset < bucket.Offset + bucket.Count)
                .Min(slot => slot.Spec.Block),
            bucket.Mark));
    }
}
