using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Tests.Formats;

public sealed class VisionConfigTests
{
    [Theory]
    [InlineData("minicpm-v-2")]
    [InlineData("minicpm-v-tiny")]
    public void What_a_model_sees_with_is_read_as_it_was_written(string preset)
    {
        var shape = ModelPresets.All[preset];

        var read = HuggingFaceConfig.Read(HuggingFaceConfig.Write(shape, 512, "float32"));

        Assert.Equal(shape, read);
        Assert.Empty(HuggingFaceConfig.Differences(shape, read));
    }

    [Fact]
    public void Models_that_see_otherwise_differ()
    {
        var shape = ModelPresets.All["minicpm-v-tiny"];
        var other = shape with { Vision = shape.Vision! with { Queries = 64 } };

        Assert.Equal("vision_config", Assert.Single(HuggingFaceConfig.Differences(shape, other)).Key);
        Assert.Equal("vision_config", Assert.Single(
            HuggingFaceConfig.Differences(shape, shape with { Vision = null })).Key);
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        var json = HuggingFaceConfig.Write(ModelPresets.All["minicpm-v-2"], 512, "float32")
            .Replace("\"query_num\": 64", "\"query_num\": 60", StringComparison.Ordinal)
            .Replace("\"interpolated\"", "\"guessed\"", StringComparison.Ordinal)
            .Replace("\"resampler_head_dim\": 128", "\"resampler_head_dim\": 100", StringComparison.Ordinal)
            .Replace("\"patch_size\": 14", "\"patch_size\": \"x\"", StringComparison.Ordinal);

        var problems = Assert.Throws<ConfigurationException>(() => HuggingFaceConfig.Read(json)).Problems;

        Assert.Equal(4, problems.Count);
    }

    [Fact]
    public void A_model_without_eyes_does_not_mention_them() =>
        Assert.DoesNotContain(
            "vision", HuggingFaceConfig.Write(ModelPresets.All["nano"], 512, "float32"), StringComparison.Ordinal);

    [Fact]
    public void Published_names_begin_with_llm_only_where_there_is_more_than_a_language_model()
    {
        var (sighted, plain) = (ModelPresets.All["minicpm-v-tiny"], ModelPresets.All["nano"]);

        Assert.All(sighted.ParameterSpecs, spec => Assert.Equal(
            spec.Part == ModelPart.Language, PublishedNames.Of(sighted, spec).StartsWith(
                "llm.", StringComparison.Ordinal)));
        Assert.All(plain.ParameterSpecs, spec => Assert.Equal(spec.Name, PublishedNames.Of(plain, spec)));
        Assert.All(sighted.ParameterSpecs, spec => Assert.Equal(
            spec.Name, PublishedNames.Own(PublishedNames.Of(sighted, spec))));
    }
}
