using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Core.WindTunnel;

/// <summary>Experiments with small models: what is the same in all runs, the sizes, and what is tried.</summary>
/// <param name="Recipe">The run that all runs are copies of, but for what an experiment changes.</param>
/// <param name="Sizes">The model sizes, in the order of the file.</param>
/// <param name="Ladder">Decays at several places of one trunk a size; null where it is not asked for.</param>
/// <param name="Batches">Runs of several batches; null where it is not asked for.</param>
/// <param name="Rates">Runs of several learning rates; null where it is not asked for.</param>
/// <param name="Search">A search over parameters; null where it is not asked for.</param>
public sealed record TunnelOptions(
    RunOptions Recipe, IReadOnlyList<TunnelSize> Sizes, LadderOptions? Ladder, BatchStudyOptions? Batches,
    RateStudyOptions? Rates, SearchOptions? Search)
{
    /// <summary>Schedules of one length; null where it is not asked for.</summary>
    public ScheduleStudyOptions? Schedules { get; init; }
}
