using MiniCpmDist.Core.ScalingLaws;

namespace MiniCpmDist.Core.Tests.ScalingLaws;

public class LossLawTests
{
    /// <summary>The averaged row of the MiniCPM paper (arXiv 2404.06395, section 4.5).</summary>
    internal static readonly LossLaw Paper = new(7.15e-2, 0.29, 3.00e-1, 0.23, 0.31);

    [Theory]
    // C_N, α, C_D, β, L_0, then the ratio that the rounded numbers give at 10²¹ operations.
    [InlineData(3.32e-2, 0.37, 2.17e-1, 0.34, 0.17, 177, 194.93)]
    [InlineData(7.54e-2, 0.30, 2.92e-1, 0.30, 0.25, 91, 95.6)]
    [InlineData(5.14e-2, 0.35, 3.90e-1, 0.18, 0.40, 833, 879)]
    [InlineData(7.15e-2, 0.29, 3.00e-1, 0.23, 0.31, 177, 194)]
    public void The_papers_rows_give_the_papers_ratios(
        double sizeScale, double alpha, double dataScale, double beta, double rest, double low, double high) =>
        Assert.InRange(
            new LossLaw(sizeScale, alpha, dataScale, beta, rest).TokensPerParameter(1e21), 0.97 * low, 1.03 * high);

    [Fact]
    public void No_other_split_of_the_compute_has_a_smaller_loss()
    {
        var (size, tokens) = Paper.Optimum(1e21);
        Assert.Equal(1e21, 6 * size * tokens, 1e21 * 1e-12);
        foreach (var factor in (double[])[0.5, 0.9, 0.99, 1.01, 1.1, 2])
            Assert.True(Paper.Loss(size * factor, tokens / factor) > Paper.Loss(size, tokens));
    }

    [Fact]
    public void The_Chinchilla_equivalent_has_the_same_loss_with_twenty_tokens_for_each_parameter()
    {
        var loss = Paper.Loss(2.4e9, 1.1e12);
        var size = Paper.ChinchillaEquivalent(loss);
        Assert.Equal(loss, Paper.Loss(size, 20 * size), 1e-9);
        Assert.True(size > 2.4e9);
        Assert.Equal(double.PositiveInfinity, Paper.ChinchillaEquivalent(Paper.Irreducible));
    }
}
