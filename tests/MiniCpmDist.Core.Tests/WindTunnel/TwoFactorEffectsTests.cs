using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.WindTunnel;

namespace MiniCpmDist.Core.Tests.WindTunnel;

public class TwoFactorEffectsTests
{
    [Fact]
    public void Planted_effects_come_back_with_the_error_of_the_spread_within_cells()
    {
        // 10 + 2 for the first factor, + 1 for the second, + 4 more for both; each cell spreads by 0.1 around its mean.
        var effects = TwoFactorEffects.Of([[[9.9, 10.1], [10.9, 11.1]], [[11.9, 12.1], [16.9, 17.1]]]);
        Assert.Equal(4, effects.First.Value, 1e-12);
        Assert.Equal(3, effects.Second.Value, 1e-12);
        Assert.Equal(4, effects.Interaction.Value, 1e-12);
        // The variance within cells is 0.02, that of a mean of two 0.01.
        Assert.Equal(0.1, effects.First.Error!.Value, 1e-12);
        Assert.Equal(0.2, effects.Interaction.Error!.Value, 1e-12);
        Assert.True(effects is { First.IsClear: true, Second.IsClear: true, Interaction.IsClear: true });
    }

    [Fact]
    public void A_difference_within_twice_its_error_is_none_and_one_seed_knows_no_error()
    {
        var noise = TwoFactorEffects.Of([[[1, 2], [1.1, 2.1]], [[1.4, 2.4], [1.5, 2.5]]]);
        Assert.Equal(0.4, noise.First.Value, 1e-12);
        Assert.False(noise.First.IsClear);
        var single = TwoFactorEffects.Of([[[1], [2]], [[100], [200]]]);
        Assert.Null(single.First.Error);
        Assert.False(single.First.IsClear);
    }

    [Fact]
    public void A_file_tells_all_that_is_wrong_in_it_at_once()
    {
        var problems = Assert.Throws<ConfigurationException>(() => AblationFile.Parse(
            "decay: never\nepochs: [2, 1]\nsft: []\nseeds: 0\ncolour: red", "ablation.yaml")).Problems;
        foreach (var key in (string[])["trunk", "decay", "mixture", "sft", "epochs", "seeds", "colour"])
            Assert.Contains(problems, problem => problem.Where.EndsWith($": {key}", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_says_only_what_it_must_gets_the_design_of_the_paper()
    {
        var options = AblationFile.Parse(
            "trunk: runs/first\ndecay: 10%\nmixture: decay.yaml\nsft: chat.jsonl", "ablation.yaml");
        Assert.Equal([1, 2], options.Epochs);
        Assert.Equal(["chat.jsonl"], options.Samples);
        Assert.Equal(("latest", 2, 0), (options.At, options.Seeds, options.Tasks.Count));
    }
}
