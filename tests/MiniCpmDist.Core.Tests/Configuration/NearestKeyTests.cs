using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Tests.Configuration;

public sealed class NearestKeyTests
{
    private static readonly string[] s_known = ["learning_rate", "warmup", "stable", "decay", "decay_shape"];

    [Theory]
    [InlineData("learnign_rate", "learning_rate")]
    [InlineData("LearningRate", "learning_rate")]
    [InlineData("warm_up", "warmup")]
    [InlineData("deacy", "decay")]
    [InlineData("decayshape", "decay_shape")]
    [InlineData("batch", null)]
    [InlineData("something_else", null)]
    public void A_slip_of_the_finger_finds_its_word_and_another_word_finds_none(string typed, string? expected) =>
        Assert.Equal(expected, NearestKey.Of(typed, s_known));

    [Fact]
    public void Of_nothing_nothing_is_near() => Assert.Null(NearestKey.Of("x", []));
}
