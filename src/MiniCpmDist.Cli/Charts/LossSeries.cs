namespace MiniCpmDist.Cli.Charts;

/// <summary>
/// What a chart shows of one run. Points lie in the order of the token axis; those that are not finite are left out.
/// </summary>
/// <param name="Name">The run's name, as the legend shows it.</param>
/// <param name="Training">Training loss, one point a step; a branch's points begin after its parent's step.</param>
/// <param name="HeldOut">Held-out loss, wherever it was measured; may be empty.</param>
/// <param name="Phases">Phases of the learning rate, neighbours in order; may be empty.</param>
internal sealed record LossSeries(
    string Name, IReadOnlyList<LossPoint> Training, IReadOnlyList<LossPoint> HeldOut, IReadOnlyList<PhaseSpan> Phases)
{
    private const double Diverged = 1e30;

    public IReadOnlyList<LossPoint> Training { get; } = Finite(Training);

    public IReadOnlyList<LossPoint> HeldOut { get; } = Finite(HeldOut);

    public IEnumerable<LossPoint> Points => Training.Concat(HeldOut);

    /// <summary>The part of the series that lies at or after a number of tokens.</summary>
    public LossSeries From(long tokens) => new(
        Name,
        [.. Training.Where(point => point.Tokens >= tokens)],
        [.. HeldOut.Where(point => point.Tokens >= tokens)],
        [.. Phases.Where(phase => phase.End > tokens)
            .Select(phase => phase with { Begin = Math.Max(phase.Begin, tokens) })]);

    // A diverged step has no place on an axis, and one NaN in a path makes a viewer drop the whole line. The bound is
    // far above any loss and far below the range of a double, so that sums of squares and products stay finite too.
    private static List<LossPoint> Finite(IReadOnlyList<LossPoint> points) =>
        [.. points.Where(point => Math.Abs(point.Loss) < Diverged)];
}
