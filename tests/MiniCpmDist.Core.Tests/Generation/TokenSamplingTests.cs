using MiniCpmDist.Core.Generation;
using MiniCpmDist.Core.Randomness;

namespace MiniCpmDist.Core.Tests.Generation;

public sealed class TokenSamplingTests
{
    private static readonly double[] s_scores = [Math.Log(0.1), Math.Log(0.5), Math.Log(0.15), Math.Log(0.25)];

    [Fact]
    public void Temperature_0_takes_the_likeliest_and_of_equal_ones_the_first()
    {
        Assert.Equal(1, new TokenSampling(Temperature: 0).Pick(s_scores, ulong.MaxValue));
        Assert.Equal(0, new TokenSampling(Temperature: 0).Pick([2, 2, 1], 0));
    }

    [Theory]
    [InlineData(0, 1.0, new[] { 0.1, 0.5, 0.15, 0.25 })]
    [InlineData(2, 1.0, new[] { 0, 0.6667, 0, 0.3333 })]
    [InlineData(0, 0.74, new[] { 0, 0.6667, 0, 0.3333 })]
    [InlineData(0, 0.76, new[] { 0, 0.5556, 0.1667, 0.2778 })]
    [InlineData(0, 0.01, new[] { 0, 1.0, 0, 0 })]
    public void Tokens_come_as_often_as_their_probability_says(int topK, double topP, double[] expected)
    {
        const int Draws = 20_000;
        var sampling = new TokenSampling(1, topK, topP);
        var counts = new double[s_scores.Length];
        for (var i = 0UL; i < Draws; i++)
            counts[sampling.Pick(s_scores, CounterRandom.UInt64(3, "test", i))] += 1.0 / Draws;

        Assert.All(expected.Zip(counts), pair => Assert.Equal(pair.First, pair.Second, 0.015));
    }

    [Fact]
    public void A_text_ends_before_a_stop_and_what_may_begin_one_is_held_back()
    {
        var stop = new StopText(["<end>", "", "!!"]);

        Assert.Equal((5, false), stop.Divide("hello"));
        Assert.Equal((5, false), stop.Divide("hello<en"));
        Assert.Equal((5, true), stop.Divide("hello<end> more"));
        Assert.Equal((2, false), stop.Divide("a<"[..1] + "b!"));
        Assert.Equal((1, true), stop.Divide("a!!<end>"));
        Assert.Equal((0, false), new StopText([]).Divide(""));
    }
}
