namespace MiniCpmDist.Core.ScalingLaws;

/// <summary>
/// The loss at the end of a decayed run over model size and tokens: L(N, D) = C_N · N^-α + C_D · D^-β + L_0 (arXiv
/// 2404.06395, section 4.5). N counts 10⁹ non-embedding parameters and D 10⁹ tokens, as in the paper's tables.
/// </summary>
/// <param name="SizeScale">C_N.</param>
/// <param name="SizeExponent">α.</param>
/// <param name="DataScale">C_D.</param>
/// <param name="DataExponent">β.</param>
/// <param name="Irreducible">L_0, in the unit of the loss.</param>
public sealed record LossLaw(
    double SizeScale, double SizeExponent, double DataScale, double DataExponent, double Irreducible)
{
    /// <summary>What N and D are counted in.</summary>
    public const double Unit = 1e9;

    private const double FlopsPerParameterAndToken = 6;

    /// <param name="parameters">Non-embedding parameters.</param>
    /// <param name="tokens">Tokens that the model is trained on.</param>
    public double Loss(double parameters, double tokens) =>
        SizeScale * Math.Pow(parameters / Unit, -SizeExponent) + DataScale * Math.Pow(tokens / Unit, -DataExponent)
        + Irreducible;

    /// <summary>
    /// The size and the tokens with the smallest loss where C = 6ND is given: the derivatives of L over both vanish
    /// along the curve of equal compute.
    /// </summary>
    /// <param name="flops">Floating-point operations of the whole training.</param>
    public (double Parameters, double Tokens) Optimum(double flops)
    {
        var exponents = SizeExponent + DataExponent;
        var product = flops / FlopsPerParameterAndToken / (Unit * Unit);
        var scale = Math.Pow(SizeExponent * SizeScale / (DataExponent * DataScale), 1 / exponents);
        var parameters = scale * Math.Pow(product, DataExponent / exponents);
        return (parameters * Unit, product / parameters * Unit);
    }

    /// <summary>Tokens for each parameter at the optimum.</summary>
    public double TokensPerParameter(double flops)
    {
        var (parameters, tokens) = Optimum(flops);
        return tokens / parameters;
    }

    /// <summary>
    /// The size of a model that has this loss after 20 tokens for each parameter, as Chinchilla's rule has it (arXiv
    /// 2203.15556); infinite where no size reaches the loss.
    /// </summary>
    /// <param name="loss">In the unit of the law.</param>
    public double ChinchillaEquivalent(double loss)
    {
        const double TokensPerParameter = 20;
        if (loss <= Irreducible)
            return double.PositiveInfinity;
        // The loss falls with the size, so that halving an interval of its logarithm finds it.
        var (low, high) = (Math.Log(1), Math.Log(1e30));
        while (high - low > 1e-12)
        {
            var middle = (low + high) / 2;
            var size = Math.Exp(middle);
            if (Loss(size, TokensPerParameter * size) > loss)
                low = middle;
            else
                high = middle;
        }
        return Math.Exp(low);
    }
}
