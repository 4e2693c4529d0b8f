using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using Shape = MiniCpmDist.Core.Model.ModelShape;

namespace MiniCpmDist.Core.Tests.Formats;

public sealed class HuggingFaceArchitectureTests
{
    private static readonly Shape s_shape = ModelPresets.All["minicpm-2.4b"];

    [Theory]
    [InlineData("\"hidden_act\": \"silu\"", "\"hidden_act\": \"gelu\"", "hidden_act")]
    [InlineData("\"rope_scaling\": null", "\"rope_scaling\": {\"type\":\"linear\"}", "rope_scaling")]
    [InlineData("\"attention_bias\": false", "\"attention_bias\": true", "attention_bias")]
    [InlineData("\"use_cache\": true", "\"use_cache\": true, \"use_mup\": false", "use_mup")]
    [InlineData("\"eos_token_id\": 2", "\"eos_token_id\": [2, 73440]", "eos_token_id")]
    public void Variants_that_this_model_does_not_have_are_refused(string old, string replacement, string key)
    {
        var json = HuggingFaceConfig.Write(s_shape, 4096, "float32");
        Assert.Contains(old, json, StringComparison.Ordinal);

        var exception = Assert.Throws<ConfigurationException>(
            () => HuggingFaceConfig.Read(json.Replace(old, replacement, StringComparison.Ordinal)));

        Assert.Equal("config.json: " + key, Assert.Single(exception.Problems).Where);
    }

    [Fact]
    public void Every_dimension_and_scale_counts_as_a_difference_and_the_initial_spread_does_not()
    {
        Assert.Empty(HuggingFaceConfig.Differences(s_shape, s_shape with { InitStd = 0.5 }));
        Shape[] others =
        [
            s_shape with { HiddenSize = 1 }, s_shape with { IntermediateSize = 1 }, s_shape with { Layers = 1 },
            s_shape with { Heads = 1 }, s_shape with { KeyValueHeads = 1 }, s_shape with { HeadDim = 1 },
            s_shape with { VocabularySize = 1 }, s_shape with { ScaleEmb = 1 }, s_shape with { ScaleDepth = 1 },
            s_shape with { DimModelBase = 1 }, s_shape with { RmsNormEps = 1 }, s_shape with { RopeTheta = 1 },
            s_shape with { TieWordEmbeddings = false },
            s_shape with { RopeScaling = new() { Kind = RopeScalingKind.Yarn, Factor = 2, OriginalLength = 64 } },
        ];
        Assert.Equal(
            others.Length,
            others.Select(other => Assert.Single(HuggingFaceConfig.Differences(s_shape, other)).Key)
                .Distinct()
                .Count());
    }
}
