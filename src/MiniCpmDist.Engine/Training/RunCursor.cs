using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Engine.Checkpoints;
using MiniCpmDist.Engine.Data;

namespace MiniCpmDist.Engine.Training;

/// <summary>
/// Between the data cursor of a run and what its checkpoints say of it. Sources are told by name: a successor may have new
/// ones, which begin at their beginning, and may leave some out, whose counts are kept for whoever takes them up again.
/// </summary>
internal static class RunCursor
{
    public static IReadOnlyList<SourceState> Save(
        DataCursor cursor, RunData data, IReadOnlyList<SourceState> before) =>
    [
        .. data.Sources.Select((source, i) => new SourceState(
            source.Name, source.Train.ContentHash, cursor.Weights[i], cursor.Origin[i], cursor.Consumed[i])),
        // What is out of the mixture has no share to be held to.
        .. before.Where(state => data.Sources.All(source => source.Name != state.Name))
            .Select(state => state with { Weight = 0, Origin = state.Consumed }),
    ];

    public static DataCursor Load(IReadOnlyList<SourceState> saved, RunData data)
    {
        var states = data.Sources
            .Select(source => saved.FirstOrDefault(state => state.Name == source.Name)
                ?? new SourceState(source.Name, source.Train.ContentHash, 0, 0, 0))
            .ToArray();
        return DataCursor.Restore(
            [.. states.Select(state => state.Weight)],
            [.. states.Select(state => state.Origin)],
            [.. states.Select(state => state.Consumed)]);
    }
}
