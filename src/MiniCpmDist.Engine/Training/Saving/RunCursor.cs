using System.Globalization;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Runs.Checkpoints;

namespace MiniCpmDist.Engine.Training.Saving;

/// <summary>
/// Converts between the data cursor of a run and what its checkpoints say of it. Sources are told by name: a successor
/// may have new ones, which begin at their beginning, and may leave some out, whose counts are kept for whoever takes
/// them up again.
/// </summary>
internal static class RunCursor
{
    public static IReadOnlyList<SourceState> Save(
        DataCursor cursor, RunData data, IReadOnlyList<SourceState> before) =>
    [
        .. data.Sources.Select((source, i) => new SourceState(
            source.Name, source.Train.ContentHash, cursor.Weights[i], cursor.Origin[i], cursor.Consumed[i])),
        // A source that is out of the mixture has no share to follow.
        .. before.Where(state => data.Sources.All(source => source.Name != state.Name))
            .Select(state => state with { Weight = 0, Origin = state.Consumed }),
    ];

    /// <summary>The cursor as a line of the journal has it: weight, origin and consumed for each source.</summary>
    public static string Write(DataCursor cursor, RunData data) => string.Join(' ', data.Sources.Select((source, i) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{source.Name}={cursor.Weights[i]}/{cursor.Origin[i]}/{cursor.Consumed[i]}")));

    /// <summary>Sources that are read on from where a line of the journal says.</summary>
    /// <exception cref="FormatException">It says nothing of the kind.</exception>
    public static IReadOnlyList<SourceState> Move(IReadOnlyList<SourceState> saved, string written)
    {
        var moved = written.Split(' ').Select(source => source.Split('=', '/')).Select(parts => new SourceState(
            parts[0],
            saved.FirstOrDefault(state => state.Name == parts[0])?.Tokens ?? "",
            Number(parts[1]), Number(parts[2]), Number(parts[3]))).ToArray();
        return [.. moved, .. saved.Where(state => moved.All(source => source.Name != state.Name))];

        static long Number(string digits) => long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
    }

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
