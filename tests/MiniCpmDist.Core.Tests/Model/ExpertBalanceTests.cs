using MiniCpmDist.Core.Model;

namespace MiniCpmDist.Core.Tests.ModelShape;

public sealed class ExpertBalanceTests
{
    [Fact]
    public void The_loss_is_one_where_all_experts_get_the_same_and_the_number_of_experts_where_one_gets_all()
    {
        Assert.Equal(1, ExpertBalance.Part([5, 5, 5, 5], 2, [2.5, 2.5, 2.5, 2.5]), 1e-12);
        Assert.Equal(4, ExpertBalance.Part([10, 0, 0, 0], 1, [10, 0, 0, 0]), 1e-12);
    }

    [Fact]
    public void Parts_of_a_step_add_up_to_the_loss_of_the_step_however_it_is_cut()
    {
        long[] counts = [7, 1, 4, 8];

        var whole = ExpertBalance.Part(counts, 2, [4, 1, 2, 3]);

        Assert.Equal(
            whole, ExpertBalance.Part(counts, 2, [3, 0.5, 0.5, 2]) + ExpertBalance.Part(counts, 2, [1, 0.5, 1.5, 1]),
            1e-12);
    }

    [Fact]
    public void A_pull_is_the_derivative_of_the_weighted_mean_over_layers_by_one_token_s_probability()
    {
        long[] counts = [7, 1, 4, 8];

        var pulls = ExpertBalance.Pulls(counts, perToken: 2, layers: 3, weight: 0.01);

        for (var i = 0; i < counts.Length; i++)
        {
            var unit = new double[4];
            unit[i] = 1;
            Assert.Equal(0.01 / 3 * ExpertBalance.Part(counts, 2, unit), pulls[i], 1e-9);
        }
    }

    [Fact]
    public void A_step_without_tokens_pulls_at_nothing()
    {
        Assert.Equal([0f, 0f], ExpertBalance.Pulls([0, 0], perToken: 2, layers: 3, weight: 0.01));
        Assert.Equal(0, ExpertBalance.Part([0, 0], 2, [0, 0]));
    }
}
