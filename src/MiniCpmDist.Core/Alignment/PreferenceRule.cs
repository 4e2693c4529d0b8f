namespace MiniCpmDist.Core.Alignment;

/// <summary>What a pair's loss is as a function of its margin.</summary>
public enum PreferenceRule
{
    /// <summary>DPO: -log of the sigmoid of beta x margin (arXiv 2305.18290, equation 7).</summary>
    Sigmoid,

    /// <summary>IPO: the square of margin - 1 / (2 beta) (arXiv 2310.12036, equation 17).</summary>
    Ipo,
}
