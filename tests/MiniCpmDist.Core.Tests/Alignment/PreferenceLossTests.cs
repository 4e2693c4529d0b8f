using MiniCpmDist.Core.Alignment;

namespace MiniCpmDist.Core.Tests.Alignment;

public sealed class PreferenceLossTests
{
    private static readonly PreferencePair s_pair = new(-12.5, -9.25, -13, -8, 4, 6);

    public static TheoryData<AlignmentOptions> Options =>
    [
        new AlignmentOptions(),
        new AlignmentOptions { Beta = 0.7, LabelSmoothing = 0.2 },
        new AlignmentOptions { SftWeight = 0.5 },
        new AlignmentOptions { Beta = 5, IsLengthNormalized = true, SftWeight = 1 },
        new AlignmentOptions { Rule = PreferenceRule.Ipo, Beta = 0.3 },
        new AlignmentOptions { Rule = PreferenceRule.Ipo, IsLengthNormalized = true },
    ];

    [Fact]
    public void The_loss_is_that_of_the_formula()
    {
        // r(chosen) = 0.5, r(rejected) = -1.25: -log sigmoid(0.1 x 1.75).
        var loss = PreferenceLoss.Of(s_pair, new AlignmentOptions());

        Assert.Equal(-Math.Log(1 / (1 + Math.Exp(-0.175))), loss.Loss, 1e-15);
        Assert.Equal(0.05, loss.ChosenReward, 1e-15);
        Assert.Equal(-0.125, loss.RejectedReward, 1e-15);
        Assert.Equal(0.175, loss.Margin, 1e-15);
    }

    [Fact]
    public void Where_policy_and_reference_agree_the_loss_is_ln_2_and_the_margin_0_to_the_last_bit()
    {
        var loss = PreferenceLoss.Of(new PreferencePair(-3.7f, -8.1f, -3.7f, -8.1f, 3, 5), new AlignmentOptions());

        Assert.Equal(Math.Log(2), loss.Loss);
        Assert.Equal(0.0, loss.Margin);
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void The_derivatives_are_those_of_the_loss(AlignmentOptions options)
    {
        const double Step = 1e-5;
        var loss = PreferenceLoss.Of(s_pair, options);

        Assert.Equal(Slope(step => s_pair with { Chosen = s_pair.Chosen + step }), loss.ByChosen, 1e-7);
        Assert.Equal(Slope(step => s_pair with { Rejected = s_pair.Rejected + step }), loss.ByRejected, 1e-7);

        double Slope(Func<double, PreferencePair> moved) => (PreferenceLoss.Of(moved(Step), options).Loss
            - PreferenceLoss.Of(moved(-Step), options).Loss) / (2 * Step);
    }

    [Fact]
    public void A_pair_that_is_far_apart_neither_overflows_nor_loses_its_gradient()
    {
        var wrong = PreferenceLoss.Of(new PreferencePair(-9000, 0, 0, 0, 1, 1), new AlignmentOptions { Beta = 1 });
        var right = PreferenceLoss.Of(new PreferencePair(0, -9000, 0, 0, 1, 1), new AlignmentOptions { Beta = 1 });

        Assert.Equal((9000, -1), (wrong.Loss, wrong.ByChosen));
        Assert.Equal((0, 0), (right.Loss, right.ByChosen));
    }
}
