namespace MiniCpmDist.Core.Evaluation;

/// <summary>Questions about something at one depth of documents of one length.</summary>
/// <param name="Length">Tokens of a document, begin, question and answer included.</param>
/// <param name="Depth">Where it stands that is asked for, 0 to 1.</param>
/// <param name="Right">Answers that the model gives to the last token.</param>
/// <param name="Asked">Questions.</param>
/// <param name="Loss">Nats a token of the right answers.</param>
public sealed record NeedleCell(int Length, double Depth, int Right, int Asked, double Loss)
{
    /// <summary>The share of right answers, 0 to 1.</summary>
    public double Accuracy => Asked == 0 ? 0 : (double)Right / Asked;

    /// <summary>So many depths from the beginning to the end, equally far apart.</summary>
    public static IReadOnlyList<double> Depths(int count) =>
        count == 1 ? [0.5] : [.. Enumerable.Range(0, count).Select(i => (double)i / (count - 1))];

    /// <summary>The share of right answers over some cells.</summary>
    public static double AccuracyOf(IReadOnlyList<NeedleCell> cells) =>
        cells.Sum(cell => cell.Asked) is > 0 and var asked ? (double)cells.Sum(cell => cell.Right) / asked : 0;
}
