namespace MiniCpmDist.Core.Model;

/// <summary>
/// Low-rank adapters (LoRA, arXiv 2106.09685): a matrix W computes W + alpha / rank · B · A, and A and B alone are
/// trained.
/// </summary>
/// <param name="Rank">Rows of A and columns of B; 1 at least.</param>
/// <param name="Alpha">Numerator of the factor on B · A; above zero.</param>
/// <param name="Matrices">Which matrices of each block have them.</param>
public sealed record LoraOptions(int Rank, double Alpha, LoraMatrices Matrices)
{
    /// <summary>The largest rank that a run may have.</summary>
    public const int LargestRank = 1024;

    /// <summary>Alpha is this many times the rank where nobody has set it.</summary>
    public const double AlphaOfRank = 2;

    /// <summary>Factor on B · A (equation 3 of the paper).</summary>
    public double Scale => Alpha / Rank;
}
