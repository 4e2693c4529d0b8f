using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using Shape = MiniCpmDist.Core.Model.ModelShape;

namespace MiniCpmDist.Core.Tests.Formats;

public sealed class RopeConfigTests
{
    private static readonly Shape s_shape = ModelPresets.All["nano"];

    private static readonly RopeScaling s_longRope = new()
    {
        Kind = RopeScalingKind.LongRope,
        Factor = 8,
        OriginalLength = 512,
        LongFactors = [.. Enumerable.Range(0, 16).Select(i => 1 + 0.125 * i)],
        ShortFactors = [.. Enumerable.Repeat(1.0, 16)],
    };

    public static TheoryData<RopeScaling> Scalings =>
    [
        RopeScaling.None,
        new RopeScaling { Kind = RopeScalingKind.Dynamic, Factor = 4, OriginalLength = 512 },
        new RopeScaling { Kind = RopeScalingKind.Yarn, Factor = 8, OriginalLength = 512 },
        new RopeScaling
        {
            Kind = RopeScalingKind.Yarn,
            Factor = 8,
            OriginalLength = 512,
            BetaFast = 16,
            BetaSlow = 2,
            AttentionFactor = 1.5,
        },
        s_longRope,
    ];

    [Theory]
    [MemberData(nameof(Scalings))]
    public void What_is_written_is_read_again_with_its_longest_sequence(RopeScaling scaling)
    {
        var shape = s_shape with { RopeScaling = scaling, RopeTheta = 1e6 };

        var json = HuggingFaceConfig.Write(shape, 4096, "float32");

        Assert.Equal(shape, HuggingFaceConfig.Read(json));
        Assert.Equal(4096, HuggingFaceConfig.LongestSequence(json));
    }

    // The class scales where a sequence is longer than max_position_embeddings, so that is the old length.
    [Fact]
    public void The_published_128k_model_is_read_as_it_is()
    {
        var json = Config(
            "\"max_position_embeddings\":65536,\"max_length\":131072,\"rope_theta\":1000000.0,"
            + "\"rope_scaling\":{\"type\":\"dynamic\",\"factor\":4.0}");

        var shape = HuggingFaceConfig.Read(json);

        Assert.Equal((65_536, 131_072), (HuggingFaceConfig.Positions(json), HuggingFaceConfig.LongestSequence(json)));
        // The key is older than that: a default of generation.
        Assert.Equal(65_536, HuggingFaceConfig.LongestSequence(
            json.Replace("131072", "20", StringComparison.Ordinal)));
        Assert.Equal(
            new RopeScaling { Kind = RopeScalingKind.Dynamic, Factor = 4, OriginalLength = 65_536 },
            shape.RopeScaling);
        Assert.Equal(1e6, shape.Rotary.BaseOf(HuggingFaceConfig.Positions(json)));
    }

    // MiniCPM3 and 4: no factor; it is what the two lengths say.
    [Theory]
    [InlineData(32_768, 1.0)]
    [InlineData(131_072, 4.0)]
    public void Long_rope_has_the_factor_of_its_two_lengths(int positions, double factor)
    {
        var list = string.Join(",", Enumerable.Repeat("1.5", 16));
        var shape = HuggingFaceConfig.Read(Config(
            $"\"max_position_embeddings\":{positions},\"rope_scaling\":{{\"rope_type\":\"longrope\","
            + $"\"long_factor\":[{list}],\"short_factor\":[{list}],\"original_max_position_embeddings\":32768}}"));

        Assert.Equal(factor, shape.RopeScaling.Factor);
        Assert.Equal(
            factor == 1 ? 1 : Math.Sqrt(1 + Math.Log(factor) / Math.Log(32_768)), shape.Rotary.Scale, 1e-15);
    }

    [Theory]
    [InlineData("{\"type\":\"linear\",\"factor\":2}", "rope_scaling")]
    [InlineData("\"dynamic\"", "rope_scaling")]
    [InlineData("[1]", "rope_scaling")]
    [InlineData("{\"type\":\"dynamic\"}", "rope_scaling.factor")]
    [InlineData("{\"type\":\"dynamic\",\"factor\":0.5}", "rope_scaling.factor")]
    [InlineData("{\"type\":\"dynamic\",\"factor\":1e999}", "rope_scaling.factor")]
    [InlineData("{\"type\":\"yarn\",\"factor\":2,\"truncate\":false}", "rope_scaling.truncate")]
    [InlineData("{\"type\":\"yarn\",\"factor\":2,\"beta_fast\":1,\"beta_slow\":32}", "rope_scaling.beta_fast")]
    [InlineData("{\"type\":\"yarn\",\"factor\":2,\"original_max_position_embeddings\":1}",
        "rope_scaling.original_max_position_embeddings")]
    public void What_cannot_be_computed_is_refused_with_its_key(string scaling, string key)
    {
        var exception = Assert.Throws<ConfigurationException>(
            () => HuggingFaceConfig.Read(Config($"\"rope_scaling\":{scaling}")));

        Assert.Equal("config.json: " + key, Assert.Single(exception.Problems).Where);
    }

    [Theory]
    [InlineData("long_factor", "[1,2]")]
    [InlineData("long_factor", "null")]
    [InlineData("short_factor", "[0,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]")]
    public void Factors_are_as_many_as_a_head_has_pairs_and_above_zero(string key, string list)
    {
        var json = HuggingFaceConfig.Write(s_shape with { RopeScaling = s_longRope }, 4096, "float32");
        var begin = json.IndexOf($"\"{key}\": [", StringComparison.Ordinal);
        var end = json.IndexOf(']', begin) + 1;

        var exception = Assert.Throws<ConfigurationException>(
            () => HuggingFaceConfig.Read($"{json[..begin]}\"{key}\": {list}{json[end..]}"));

        Assert.Equal("config.json: rope_scaling." + key, Assert.Single(exception.Problems).Where);
    }

    [Theory]
    [MemberData(nameof(Scalings))]
    public void Another_scaling_is_a_difference_of_two_models(RopeScaling scaling)
    {
        var other = s_shape with { RopeScaling = s_longRope with { AttentionFactor = 2 } };

        Assert.Equal(
            "rope_scaling",
            Assert.Single(HuggingFaceConfig.Differences(s_shape with { RopeScaling = scaling }, other)).Key);
        Assert.Empty(HuggingFaceConfig.Differences(other, other));
    }

    private static string Config(string members)
    {
        var json = HuggingFaceConfig.Write(s_shape, 4096, "float32");
        var name = members[..members.IndexOf(':', StringComparison.Ordinal)];
        foreach (var key in (string[])["max_position_embeddings", "rope_theta", "rope_scaling"])
        {
            if (!members.Contains($"\"{key}\":", StringComparison.Ordinal))
                continue;
            var begin = json.IndexOf($"\"{key}\"", StringComparison.Ordinal);
            json = json.Remove(begin, json.IndexOf('\n', begin) + 1 - begin);
        }
        Assert.StartsWith("\"", name, StringComparison.Ordinal);
        return json.Insert(1, members + ",");
    }
}
