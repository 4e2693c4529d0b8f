using System.Text.Json;
using MiniCpmDist.Core.Model;

namespace MiniCpmDist.Core.Tests.Model;

/// <summary>Holds the angles to tests/golden/rotary-angles.json, which a Python program made from the papers.</summary>
public sealed class RotaryTests
{
    // The rounding of the few float64 operations of an angle.
    private const double Rounding = 1e-13;

    private static readonly JsonElement s_golden = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "rotary-angles.json"))).RootElement;

    private static readonly RopeScaling s_published =
        new() { Kind = RopeScalingKind.Dynamic, Factor = 4, OriginalLength = 65_536 };

    [Fact]
    public void Angles_and_factors_are_those_of_the_reference_for_every_kind_on_both_sides_of_the_old_length()
    {
        var kinds = new HashSet<RopeScalingKind>();
        foreach (var item in s_golden.GetProperty("angles").EnumerateArray())
        {
            var rotary = new Rotary(
                item.GetProperty("head_dim").GetInt32(), item.GetProperty("base").GetDouble(),
                Scaling(item.GetProperty("scaling")));
            kinds.Add(rotary.Scaling.Kind);
            var expected = item.GetProperty("frequencies").EnumerateArray().Select(value => value.GetDouble());

            var found = rotary.Frequencies(item.GetProperty("length").GetInt64());

            Assert.Equal(rotary.HeadDim / 2, found.Length);
            Assert.All(found.Zip(expected), pair => Close(pair.Second, pair.First));
            Close(item.GetProperty("scale").GetDouble(), rotary.Scale);
        }
        Assert.Equal(4, kinds.Count);
    }

    [Fact]
    public void Bases_by_the_ntk_rule_are_those_of_the_reference()
    {
        foreach (var item in s_golden.GetProperty("bases").EnumerateArray())
        {
            Close(
                item.GetProperty("ntk").GetDouble(),
                Rotary.NtkBase(
                    item.GetProperty("base").GetDouble(), item.GetProperty("factor").GetDouble(),
                    item.GetProperty("head_dim").GetInt32()));
        }
    }

    // MiniCPM-2B-128k: base 1e6, four times 65,536 positions, heads of 64.
    [Fact]
    public void The_published_model_turns_by_4_183_million_at_four_times_its_length_and_5_266_million_at_131072()
    {
        Assert.Equal(4.183e6, Rotary.NtkBase(1e6, 4, 64), 500.0);
        Assert.Equal(5.266e6, new Rotary(64, 1e6, s_published).BaseOf(131_072), 500.0);
        Assert.Equal(1e6, new Rotary(64, 1e6, s_published).BaseOf(65_536));
    }

    [Fact]
    public void The_ntk_rule_leaves_the_fastest_dimension_and_slows_the_slowest_by_the_whole_factor()
    {
        var (old, stretched) = (new Rotary(64, 1e4), new Rotary(64, Rotary.NtkBase(1e4, 8, 64)));

        Assert.Equal(old.Frequencies(1)[0], stretched.Frequencies(1)[0]);
        Close(old.Frequencies(1)[^1] / 8, stretched.Frequencies(1)[^1]);
        Assert.Equal(1e4, Rotary.NtkBase(1e4, 8, 2));
    }

    [Fact]
    public void Only_dynamic_and_long_rope_look_at_the_length()
    {
        Rotary[] all =
        [
            new(32, 1e4),
            new(32, 1e4, s_published with { OriginalLength = 512 }),
            new(32, 1e4, new() { Kind = RopeScalingKind.Yarn, Factor = 8, OriginalLength = 512 }),
            new(32, 1e4, new()
            {
                Kind = RopeScalingKind.LongRope,
                OriginalLength = 512,
                LongFactors = [.. Enumerable.Repeat(2.0, 16)],
                ShortFactors = [.. Enumerable.Repeat(1.0, 16)],
            }),
        ];

        Assert.All(all, rotary => Assert.Equal(
            rotary.Scaling.DependsOnLength, !rotary.Frequencies(512).SequenceEqual(rotary.Frequencies(4096))));
        Assert.Equal(2, all.Count(rotary => rotary.Scaling.DependsOnLength));
    }

    [Fact]
    public void Scalings_of_equal_lists_are_equal_and_of_others_not()
    {
        var one = new RopeScaling { Kind = RopeScalingKind.LongRope, LongFactors = [1, 2], ShortFactors = [1, 1] };

        Assert.Equal(one, one with { LongFactors = [1, 2] });
        Assert.NotEqual(one, one with { LongFactors = [1, 3] });
        Assert.NotEqual(one, one with { ShortFactors = [1, 3] });
    }

    private static RopeScaling Scaling(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Null)
            return RopeScaling.None;
        return new RopeScaling
        {
            Kind = json.GetProperty("type").GetString() switch
            {
                "dynamic" => RopeScalingKind.Dynamic,
                "yarn" => RopeScalingKind.Yarn,
                _ => RopeScalingKind.LongRope,
            },
            Factor = json.GetProperty("factor").GetDouble(),
            OriginalLength = json.GetProperty("original_max_position_embeddings").GetInt32(),
            AttentionFactor = json.TryGetProperty("attention_factor", out var value) ? value.GetDouble() : 0,
            LongFactors = Numbers("long_factor"),
            ShortFactors = Numbers("short_factor"),
        };

        double[] Numbers(string key) => json.TryGetProperty(key, out var list)
            ? [.. list.EnumerateArray().Select(value => value.GetDouble())]
            : [];
    }

    private static void Close(double expected, double found) =>
        Assert.InRange(Math.Abs(found - expected), 0, Rounding * Math.Abs(expected));
}
