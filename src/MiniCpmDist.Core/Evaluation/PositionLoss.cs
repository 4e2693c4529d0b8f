namespace MiniCpmDist.Core.Evaluation;

/// <summary>The mean loss of tokens that have about as much text before them.</summary>
/// <param name="From">Tokens before them at least.</param>
/// <param name="To">Tokens before them at most.</param>
/// <param name="Loss">Nats a token.</param>
/// <param name="Tokens">How many.</param>
public sealed record PositionLoss(int From, int To, double Loss, long Tokens)
{
    /// <summary>The range of a position is that of its power of two: 1, 2-3, 4-7 and so on.</summary>
    public static int RangeOf(int position) => int.Log2(Math.Max(1, position));

    /// <summary>The ranges that have tokens.</summary>
    /// <param name="sums">Loss of each range, in nats.</param>
    /// <param name="counts">Tokens of each.</param>
    /// <param name="window">Tokens before a token at most.</param>
    public static IReadOnlyList<PositionLoss> Of(
        IReadOnlyList<double> sums, IReadOnlyList<double> counts, int window) =>
    [
        .. Enumerable.Range(0, sums.Count).Where(range => counts[range] > 0).Select(range => new PositionLoss(
            1 << range, Math.Min(window, (2 << range) - 1), sums[range] / counts[range], (long)counts[range])),
    ];
}
