using MiniCpmDist.Core.Model;

namespace MiniCpmDist.Core.Tests.ModelShape;

public sealed class ExpertRoutingTests
{
    [Fact]
    public void A_token_takes_its_largest_scores_and_of_equal_ones_the_expert_with_the_lower_index()
    {
        float[] scores = [1, 3, 3, 2, /**/ 5, 5, 5, 5, /**/ -1, -2, -3, 0];

        var routing = ExpertRouting.Of<float>(scores, experts: 4, perToken: 2);

        Assert.Equal([1, 2, 0, 1, 3, 0], routing.Chosen);
    }

    [Fact]
    public void Rows_stand_expert_by_expert_and_every_assignment_has_one_place()
    {
        var random = new Random(3);
        var scores = Enumerable.Range(0, 50 * 5).Select(_ => random.NextDouble()).ToArray();

        var routing = ExpertRouting.Of<double>(scores, experts: 5, perToken: 3);

        Assert.Equal((50, 150), (routing.Tokens, routing.Assignments));
        Assert.Equal(150, routing.Counts.Sum());
        Assert.Equal(Enumerable.Range(0, 150).Select(place => (long)place), routing.Places.Order());
        foreach (var (expert, first, count) in routing.Parts())
        {
            var own = routing.Rows[first..(first + count)];
            Assert.Equal(own.Order(), own);
            Assert.All(own, token => Assert.Contains(expert, routing.Chosen.Skip((int)token * 3).Take(3)));
        }
        for (var slot = 0; slot < 3; slot++)
        {
            for (var token = 0; token < 50; token++)
                Assert.Equal(token, routing.Rows[routing.Places[slot * 50 + token]]);
        }
    }

    [Fact]
    public void An_expert_that_no_token_takes_has_no_part()
    {
        var routing = ExpertRouting.Of<float>([1, 0, 2, 1, 0, 2], experts: 3, perToken: 1);

        Assert.Equal([(2, 0, 2)], routing.Parts());
        Assert.Equal([0, 0, 2], routing.Counts);
    }

    [Fact]
    public void Scores_that_are_no_numbers_are_routed_like_others_and_reach_the_weights()
    {
        float[] scores = [float.NaN, 1, float.NaN, float.NaN, float.NaN, float.NaN];
        var routing = ExpertRouting.Of<float>(scores, experts: 3, perToken: 2);

        Assert.All(routing.Chosen.Chunk(2), pair => Assert.NotEqual(pair[0], pair[1]));
        Assert.All(RouterProbabilities.Of(scores, 3, routing).Weights, weight => Assert.True(float.IsNaN(weight)));
    }
}
