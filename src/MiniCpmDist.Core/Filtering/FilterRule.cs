namespace MiniCpmDist.Core.Filtering;

/// <summary>A measure and what it may be. A text outside of the bounds is removed.</summary>
/// <param name="Name">What reports call it; no other rule of the pipeline has it.</param>
/// <param name="Measure">What is measured.</param>
/// <param name="Least">The smallest value that is kept.</param>
/// <param name="Most">The largest value that is kept.</param>
/// <param name="N">Words of an n-gram, where the measure takes it.</param>
/// <param name="Texts">The words, phrases or scripts, where the measure takes some.</param>
public sealed record FilterRule(
    string Name, FilterMeasure Measure, double Least, double Most, int N, IReadOnlyList<string> Texts)
{
    /// <summary>The texts as words, whatever their case.</summary>
    internal HashSet<string> Words { get; } = new(Texts, StringComparer.OrdinalIgnoreCase);

    public bool Keeps(double value) => value >= Least && value <= Most;
}
