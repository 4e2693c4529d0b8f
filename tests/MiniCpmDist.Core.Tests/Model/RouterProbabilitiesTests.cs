using MiniCpmDist.Core.Model;

namespace MiniCpmDist.Core.Tests.ModelShape;

public sealed class RouterProbabilitiesTests
{
    private const int Experts = 4;
    private const int PerToken = 2;

    // Two tokens, clear choices.
    private static readonly float[] s_scores = [0.5f, -1.25f, 2, 0, /**/ -0.5f, 1, 0.25f, -2];
    private static readonly float[] s_byWeight = [0.3f, -0.7f, 1.1f, 0.2f];
    private static readonly float[] s_pulls = [0.4f, -0.1f, 0.2f, 0.8f];
    private const float NormalizerPull = 0.3f;

    [Fact]
    public void The_weights_of_a_token_are_the_softmax_over_what_it_takes_and_add_up_to_one()
    {
        var routing = ExpertRouting.Of<float>(s_scores, Experts, PerToken);

        var weights = RouterProbabilities.Of(s_scores, Experts, routing).Weights;

        var best = weights[routing.Places[0]];
        Assert.Equal(Math.Exp(2) / (Math.Exp(2) + Math.Exp(0.5)), best, 1e-6);
        Assert.Equal(1, best + weights[routing.Places[2]], 1e-6);
    }

    [Fact]
    public void The_way_back_is_the_derivative_of_weights_balance_and_normalizers()
    {
        var routing = ExpertRouting.Of<float>(s_scores, Experts, PerToken);

        var found = RouterProbabilities.Of(s_scores, Experts, routing).Back(s_byWeight, s_pulls, NormalizerPull);

        for (var i = 0; i < s_scores.Length; i++)
            Assert.Equal(Slope(i), found[i], 2e-6);
    }

    [Fact]
    public void Entropy_is_largest_where_all_experts_are_equally_probable()
    {
        var sums = new RouterSums(Experts);
        float[] equal = [3, 3, 3, 3];
        var routing = ExpertRouting.Of<float>(equal, Experts, PerToken);

        RouterProbabilities.Of(equal, Experts, routing).AddTo(sums);

        Assert.Equal(Math.Log(4), sums.Entropy, 1e-6);
        Assert.Equal([1, 1, 0, 0], sums.Counts);
        Assert.All(sums.Probabilities, probability => Assert.Equal(0.25, probability, 1e-7));
        Assert.Equal(Math.Pow(3 + Math.Log(4), 2), sums.SquaredNormalizers, 1e-5);
        sums.Clear();
        Assert.Equal((0L, 0.0), (sums.Counts.Sum(), sums.Entropy));
    }

    /// <summary>The derivative by a score, from the formulas in float64 with the choice held.</summary>
    private static double Slope(int index)
    {
        const double Step = 1e-5;
        return (Loss(index, Step) - Loss(index, -Step)) / (2 * Step);
    }

    private static double Loss(int index, double change)
    {
        var routing = ExpertRouting.Of<float>(s_scores, Experts, PerToken);
        var loss = 0.0;
        for (var token = 0; token < 2; token++)
        {
            var scores = s_scores.Select((score, i) => i == index ? score + change : score)
                .Skip(token * Experts).Take(Experts).ToArray();
            var normalizer = Math.Log(scores.Sum(Math.Exp));
            var probabilities = scores.Select(score => Math.Exp(score - normalizer)).ToArray();
            int[] chosen = [.. routing.Chosen.Skip(token * PerToken).Take(PerToken)];
            var total = chosen.Sum(expert => probabilities[expert]);
            for (var slot = 0; slot < PerToken; slot++)
                loss += s_byWeight[routing.Places[slot * 2 + token]] * probabilities[chosen[slot]] / total;
            loss += probabilities.Zip(s_pulls, (probability, pull) => probability * pull).Sum();
            loss += NormalizerPull * normalizer * normalizer;
        }
        return loss;
    }
}
