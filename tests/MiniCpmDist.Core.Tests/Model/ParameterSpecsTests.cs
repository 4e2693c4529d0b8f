using MiniCpmDist.Core.Model;

namespace MiniCpmDist.Core.Tests.ModelShape;

public sealed class ParameterSpecsTests
{
    private static readonly IReadOnlyList<ParameterSpec> s_specs = ModelPresets.All["minicpm-1.2b"].ParameterSpecs;

    [Fact]
    public void A_block_has_the_parameters_of_the_published_model_in_order()
    {
        (string, long[])[] expected =
        [
            ("input_layernorm", [1536]), ("self_attn.q_proj", [1536, 1536]), ("self_attn.k_proj", [512, 1536]),
            ("self_attn.v_proj", [512, 1536]), ("self_attn.o_proj", [1536, 1536]), ("post_attention_layernorm", [1536]),
            ("mlp.gate_proj", [3840, 1536]), ("mlp.up_proj", [3840, 1536]), ("mlp.down_proj", [1536, 3840]),
        ];

        var block = s_specs.Where(spec => spec.Name.StartsWith("model.layers.51.", StringComparison.Ordinal)).ToArray();

        Assert.Equal(
            expected.Select(entry => $"model.layers.51.{entry.Item1}.weight"), block.Select(spec => spec.Name));
        Assert.Equal(expected.Select(entry => entry.Item2), block.Select(spec => spec.Shape.ToArray()));
        Assert.Equal("model.embed_tokens.weight", s_specs[0].Name);
        Assert.Equal("model.norm.weight", s_specs[^1].Name);
    }

    [Fact]
    public void Every_matrix_starts_with_the_same_deviation_over_the_root_of_the_width_ratio() =>
        Assert.All(
            s_specs.Where(spec => spec.Name.Contains("_proj", StringComparison.Ordinal)),
            spec => Assert.Equal((0.1 / Math.Sqrt(6), LearningRateGroup.Matrix), (spec.InitStd, spec.Group)));

    [Fact]
    public void Norms_start_as_ones_and_the_embedding_undivided_both_with_the_full_learning_rate()
    {
        Assert.Equal((0.1, LearningRateGroup.Full), (s_specs[0].InitStd, s_specs[0].Group));
        Assert.All(
            s_specs.Where(spec => spec.Name.Contains("norm", StringComparison.Ordinal)),
            spec => Assert.Equal((0.0, LearningRateGroup.Full), (spec.InitStd, spec.Group)));
    }

    [Fact]
    public void An_untied_head_is_a_parameter_of_its_own()
    {
        var shape = ModelPresets.All["nano"] with { TieWordEmbeddings = false };

        var head = shape.ParameterSpecs[^1];

        Assert.Equal(
            ("lm_head.weight", 4096L * 128, 0.1, LearningRateGroup.Full),
            (head.Name, head.Count, head.InitStd, head.Group));
        Assert.Equal(ModelPresets.All["nano"].NonEmbeddingParameters, shape.NonEmbeddingParameters);
        Assert.Equal(ModelPresets.All["nano"].Parameters + head.Count, shape.Parameters);
    }

    [Fact]
    public void Only_query_key_value_and_gate_up_are_fused()
    {
        var fused = s_specs.GroupBy(spec => spec.Fusion).Where(group => group.Count() > 1).ToArray();

        Assert.Equal(2 * 52, fused.Length);
        Assert.All(
            fused,
            group => Assert.True(group.Count() == (group.Key.EndsWith(".qkv", StringComparison.Ordinal) ? 3 : 2)));
    }

    [Fact]
    public void Flops_are_six_a_parameter_in_products_and_twelve_a_pair_of_positions()
    {
        var nano = ModelPresets.All["nano"];

        Assert.Equal(6.0 * nano.Parameters, nano.FlopsPerToken(0));
        Assert.Equal(12.0 * 4 * 128 * 256, nano.FlopsPerToken(256) - nano.FlopsPerToken(0));
    }
}
