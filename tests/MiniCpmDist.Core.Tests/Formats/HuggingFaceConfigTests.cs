using System.Text.Json;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Tests.Formats;

public sealed class HuggingFaceConfigTests
{
    public static TheoryData<string> Presets => [.. ModelPresets.All.Keys];

    [Theory]
    [MemberData(nameof(Presets))]
    public void A_shape_is_read_back_whole(string preset)
    {
        var shape = ModelPresets.All[preset];

        Assert.Equal(shape, HuggingFaceConfig.Read(HuggingFaceConfig.Write(shape, 4096, "float32")));
        var untied = shape with { TieWordEmbeddings = false, RmsNormEps = 1e-6, InitStd = 0.02 };
        Assert.Equal(untied, HuggingFaceConfig.Read(HuggingFaceConfig.Write(untied, 4096, "float32")));
    }

    /// <summary>The published values of openbmb/MiniCPM-2B.</summary>
    [Fact]
    public void Half_a_character_as_a_key_is_a_sentence() => Assert.StartsWith(
        "Expected a config.json",
        Assert.Throws<ConfigurationException>(() => HuggingFaceConfig.Read("""{"model\ud800_type":1}""")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void The_keys_and_values_are_those_of_the_published_model()
    {
        using var config = JsonDocument.Parse(
            HuggingFaceConfig.Write(ModelPresets.All["minicpm-2.4b"], 4096, "bfloat16"));
        var expected = """
            {"model_type":"minicpm","hidden_size":2304,"intermediate_size":5760,"num_hidden_layers":40,
             "num_attention_heads":36,"num_key_value_heads":36,"vocab_size":122753,"max_position_embeddings":4096,
             "rms_norm_eps":1e-05,"rope_theta":10000,"rope_scaling":null,"hidden_act":"silu","initializer_range":0.1,
             "scale_emb":12,"scale_depth":1.4,"dim_model_base":256,"bos_token_id":1,"eos_token_id":2,
             "tie_word_embeddings":true,"attention_bias":false,"torch_dtype":"bfloat16",
             "architectures":["MiniCPMForCausalLM"]}
            """;
        foreach (var member in JsonDocument.Parse(expected).RootElement.EnumerateObject())
        {
            var found = config.RootElement.GetProperty(member.Name);
            Assert.True(
                member.Value.ValueKind == JsonValueKind.Number
                    ? member.Value.GetDouble() == found.GetDouble()
                    : JsonElement.DeepEquals(member.Value, found),
                $"{member.Name}: {found}");
        }
    }

    [Fact]
    public void Absent_keys_are_those_of_the_published_class()
    {
        const string Json = """
            {"model_type":"minicpm","hidden_size":1536,"intermediate_size":3840,"num_hidden_layers":52,
             "num_attention_heads":24,"vocab_size":73440,"scale_emb":12,"scale_depth":1.4,"dim_model_base":256}
            """;

        var shape = HuggingFaceConfig.Read(Json);

        Assert.Equal(
            (24, 64, 1e-6, 10_000.0, true),
            (shape.KeyValueHeads, shape.HeadDim, shape.RmsNormEps, shape.RopeTheta, shape.TieWordEmbeddings));
    }

    [Fact]
    public void Scales_are_never_guessed_and_all_problems_are_told()
    {
        const string Json = """
            {"model_type":"llama","hidden_size":1536,"intermediate_size":-1,"num_hidden_layers":52,
             "num_attention_heads":24,"vocab_size":"many","tie_word_embeddings":3}
            """;

        var problems = Assert.Throws<ConfigurationException>(() => HuggingFaceConfig.Read(Json)).Problems;

        Assert.Equal(
            [
                "model_type", "intermediate_size", "vocab_size", "scale_emb", "scale_depth", "dim_model_base",
                "tie_word_embeddings"
            ],
            problems.Select(problem => problem.Where["config.json: ".Length..]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    public void What_is_no_configuration_is_refused(string json) =>
        Assert.Throws<ConfigurationException>(() => HuggingFaceConfig.Read(json));
}
