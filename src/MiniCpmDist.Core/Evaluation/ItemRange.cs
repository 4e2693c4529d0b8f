namespace MiniCpmDist.Core.Evaluation;

/// <summary>The items of a file whose number lies within bounds; some sets tell their splits so.</summary>
/// <param name="Field">Where the number lies.</param>
/// <param name="First">The first that is meant.</param>
/// <param name="Last">The last that is meant.</param>
public sealed record ItemRange(TaskField Field, long First, long Last)
{
    public bool Overlaps(ItemRange other) => First <= other.Last && other.First <= Last;
}
