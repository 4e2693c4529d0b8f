using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Tests.Configuration;

public sealed class ExtendOptionsTests
{
    private const long Batch = 2048;
    private static readonly RunOptions s_trunk = RunFile.Parse(RunText.Quickstart, RunText.Source);

    [Fact]
    public void A_branch_with_longer_sequences_is_the_trunk_but_for_length_positions_and_sequences_of_a_micro_batch()
    {
        var branch = Branch();

        // The trunk has micro-batches of 2 x 256 tokens.
        var longer = Extend("abf:1e6", 512);

        Assert.Equal(
            branch with
            {
                Model = branch.Model with { Shape = branch.Model.Shape with { RopeTheta = 1e6 } },
                Data = branch.Data with { SequenceLength = 512 },
                Parallel = branch.Parallel with { MicroBatch = 1 },
                Parent = branch.Parent! with { Extends = true },
            },
            longer);
        Assert.Equal(longer, RunFile.Parse(RunFile.Write(longer), "run.yaml"));
    }

    [Theory]
    [InlineData("abf:5e5", 5e5)]
    [InlineData("ntk:4", 1e4)]
    [InlineData("ntk", 1e4)]
    public void A_base_is_the_one_that_is_named_or_that_the_ntk_rule_makes_of_the_trunks(string rope, double basis)
    {
        var shape = Extend(rope, 1024).Model.Shape;

        // Nano has heads of 32; 1024 is four times 256.
        Assert.Equal(
            rope.StartsWith("ntk", StringComparison.Ordinal) ? Rotary.NtkBase(basis, 4, 32) : basis, shape.RopeTheta);
        Assert.Equal(RopeScaling.None, shape.RopeScaling);
    }

    [Theory]
    [InlineData("dynamic", RopeScalingKind.Dynamic, 4)]
    [InlineData("yarn:6", RopeScalingKind.Yarn, 6)]
    public void A_scaling_counts_from_the_trunks_length(string rope, RopeScalingKind kind, double factor)
    {
        var shape = Extend(rope, 1024).Model.Shape;

        Assert.Equal(new RopeScaling { Kind = kind, Factor = factor, OriginalLength = 256 }, shape.RopeScaling);
        Assert.Equal(1e4, shape.RopeTheta);
    }

    [Fact]
    public void A_second_extension_in_the_same_way_counts_from_the_length_before_the_first()
    {
        var first = Extend("yarn", 1024);

        var second = BranchOptions.Extend(
            first, new ExtendOptions(2048, Parse("yarn"), Untie: false, Overrides: []));

        var scaling = second.Model.Shape.RopeScaling;
        Assert.Equal((8.0, 256), (scaling.Factor, scaling.OriginalLength));
        var refused = Assert.Throws<ConfigurationException>(() => BranchOptions.Extend(
            first, new ExtendOptions(2048, Parse("abf:1e6"), Untie: false, Overrides: [])));
        Assert.Contains("yarn", Assert.Single(refused.Problems).Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Long_rope_takes_its_factors_out_of_a_file_as_a_configuration_has_them()
    {
        var list = string.Join(",", Enumerable.Repeat("1.5", 16));
        var shape = Extend("longrope:factors.json", 1024, $"{{\"long_factor\":[{list}],\"short_factor\":[{list}]}}")
            .Model.Shape;

        Assert.Equal((RopeScalingKind.LongRope, 4.0, 256), (
            shape.RopeScaling.Kind, shape.RopeScaling.Factor, shape.RopeScaling.OriginalLength));
        Assert.Equal(Enumerable.Repeat(1.5, 16), shape.RopeScaling.LongFactors);
        foreach (var broken in (string[])["[]", "{\"long_factor\":[1]}", "nothing", "{\"a\":1,\"a\":2}"])
            Assert.Throws<ConfigurationException>(() => Extend("longrope:factors.json", 1024, broken));
    }

    [Theory]
    [InlineData("rope_type", "yarn")]
    [InlineData("rope_type", "default")]
    [InlineData("type", "dynamic")]
    public void A_file_of_factors_that_names_another_method_is_refused(string member, string word)
    {
        var list = string.Join(",", Enumerable.Repeat("1.5", 16));
        var refused = Assert.Throws<ConfigurationException>(() => Extend(
            "longrope:factors.json", 1024,
            $"{{\"{member}\":\"{word}\",\"long_factor\":[{list}],\"short_factor\":[{list}]}}"));
        Assert.Equal($"`{word}`", Assert.Single(refused.Problems).Found);
    }

    [Theory]
    [InlineData("linear:4")]
    [InlineData("abf")]
    [InlineData("abf:-1")]
    [InlineData("ntk:0.5")]
    [InlineData("yarn:many")]
    [InlineData("longrope")]
    public void What_is_no_way_to_turn_positions_is_refused(string rope) =>
        Assert.Equal("--rope", Assert.Single(Assert.Throws<ConfigurationException>(() => Parse(rope)).Problems).Where);

    [Fact]
    public void Shorter_sequences_a_second_untying_and_steps_that_do_not_fit_are_told_together()
    {
        var untied = Branch();
        untied = untied with
        {
            Model = new ModelOptions(null, untied.Model.Shape with { TieWordEmbeddings = false }),
        };

        var error = Assert.Throws<ConfigurationException>(
            () => BranchOptions.Extend(untied, new ExtendOptions(200, RopeChange.Same, Untie: true, Overrides: [])));

        Assert.Equal(["--extend", "--untie", "--extend"], error.Problems.Select(problem => problem.Where));
        Assert.Contains("schedule.token_batch=2000", error.Problems[2].Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void An_untied_branch_has_one_matrix_more_and_no_preset()
    {
        var branch = BranchOptions.Extend(
            Branch(), new ExtendOptions(512, RopeChange.Same, Untie: true, Overrides: []));

        Assert.Null(branch.Model.Preset);
        Assert.Equal(
            s_trunk.Model.Shape.Parameters + 4096L * 128, branch.Model.Shape.Parameters);
        Assert.Equal("model.embed_tokens.weight", HeadUntying.SourceOf("lm_head.weight"));
        Assert.Equal("model.norm.weight", HeadUntying.SourceOf("model.norm.weight"));
    }

    [Fact]
    public void Every_key_that_may_differ_is_a_fixed_key_of_a_run() =>
        Assert.Subset(FixedKeys.Of(s_trunk).Select(entry => entry.Key).ToHashSet(), FixedKeys.OfLength.ToHashSet());

    [Fact]
    public void Nothing_of_the_trunks_data_is_kept_that_the_mixture_does_not_name()
    {
        var mixed = MixtureFile.ForLongerSequences(MixtureFile.Read(
            "long: { path: data/long, share: 0.44 }\nshort: { path: data/short, share: 0.56 }", "mixture.yaml",
            s_trunk.Data.Sources));

        Assert.Equal(
            [("long", 440_000_000L, 440_000_000L), ("short", 560_000_000L, 560_000_000L)],
            mixed.Select(source => (source.Name, source.StableWeight, source.DecayWeight)));
    }

    private static RunOptions Branch() =>
        BranchOptions.From(s_trunk, "runs/trunk", 400, 400 * Batch, Extent.OfSteps(80), "long");

    private static RunOptions Extend(string rope, int length, string factors = "") =>
        BranchOptions.Extend(Branch(), new ExtendOptions(length, Parse(rope, factors), Untie: false, Overrides: []));

    private static RopeChange Parse(string rope, string factors = "") => RopeChange.Parse(rope, _ => factors);
}
