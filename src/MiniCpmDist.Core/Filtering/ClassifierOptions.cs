namespace MiniCpmDist.Core.Filtering;

/// <summary>
/// A program that scores texts, for what no rule can say: it reads JSON lines with a `text`, and answers each with a
/// line that holds a number.
/// </summary>
/// <param name="Program">The program and its arguments.</param>
/// <param name="Least">The smallest score that is kept.</param>
/// <param name="Most">The largest score that is kept.</param>
public sealed record ClassifierOptions(IReadOnlyList<string> Program, double Least, double Most)
{
    /// <summary>What reports call it.</summary>
    public const string RuleName = "classifier";

    public bool Keeps(double score) => score >= Least && score <= Most;
}
