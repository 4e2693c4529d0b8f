namespace MiniCpmDist.Core.Evaluation;

/// <summary>The chance that one of k answers passes, from n answers of which c have passed.</summary>
public static class PassAtK
{
    /// <summary>
    /// 1 - C(n - c, k) / C(n, k), without bias (Chen et al., 2021). The plain 1 - (1 - c/n)^k is too low.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer answers than k.</exception>
    public static double Of(int answers, int passed, int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(answers, k);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        var allFail = 1.0;
        for (var i = answers - passed + 1; i <= answers; i++)
            allFail *= Math.Max(0, 1.0 - (double)k / i);
        return 1 - allFail;
    }
}
