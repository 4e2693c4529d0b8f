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
            source.Name, source.Train.ContentHash, cursor.Weights[i], cursor.Origin[i], cursor.Consumed[i])
        {
            Starts = data.Parts[i].Count == 1 ? null : [.. data.Parts[i].Skip(1).Select(part => part.Start)],
        }),
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
            Number(parts[1]), Number(parts[2]), Number(parts[3]))
        {
            Starts = saved.FirstOrDefault(state => state.Name == parts[0])?.Starts,
        }).ToArray();
        return [.. moved, .. saved.Where(state => moved.All(source => source.Name != state.Name))];

        static long Number(string digits) => long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Takes up the parts of sources that their checkpoint does not know. It says when those that it knows begin; where
    /// a new one begins follows from how far it has read the source.
    /// </summary>
    /// <returns>For each source that has new parts its name and all parts.</returns>
    public static IReadOnlyList<(string Name, IReadOnlyList<SourcePart> Parts)> TakeUp(
        IReadOnlyList<SourceState> saved, RunData data)
    {
        data.TakeUp([.. data.Sources.Select(source => Parts(source, StateOf(saved, source)))]);
        return
        [
            .. data.Sources.Select((source, i) => (source, Parts: data.Parts[i]))
                .Where(entry => StateOf(saved, entry.source) is { } state && PartsOf(state) < entry.Parts.Count)
                .Select(entry => (entry.source.Name, entry.Parts)),
        ];
    }

    public static DataCursor Load(IReadOnlyList<SourceState> saved, RunData data)
    {
        var states = data.Sources
            .Select(source => StateOf(saved, source)
                ?? new SourceState(source.Name, source.Train.ContentHash, 0, 0, 0))
            .ToArray();
        var cursor = DataCursor.Restore(
            [.. states.Select(state => state.Weight)],
            [.. states.Select(state => state.Origin)],
            [.. states.Select(state => state.Consumed)]);
        // A source that had left comes back. It does not catch up on what the others were read in its place.
        return data.Sources.Index().Any(entry => HasComeBack(entry.Item, states[entry.Index], data.Parts[entry.Index]))
            ? cursor.Anew()
            : cursor;
    }

    private static bool HasComeBack(SourceData source, SourceState state, IReadOnlyList<SourcePart> parts) =>
        source.Options.WhenExhausted == ExhaustionPolicy.Drop && PartsOf(state) < parts.Count
        && state.Consumed >= parts[PartsOf(state) - 1].End;

    private static IReadOnlyList<SourcePart> Parts(SourceData source, SourceState? state)
    {
        var sequences = source.Train.PartSequences;
        return state is null
            ? SourceParts.Of(sequences)
            : SourceParts.TakeUp(SourceParts.Restore(state.Starts ?? [], sequences)!, sequences, state.Consumed);
    }

    private static int PartsOf(SourceState state) => 1 + (state.Starts?.Count ?? 0);

    private static SourceState? StateOf(IReadOnlyList<SourceState> saved, SourceData source) =>
        saved.FirstOrDefault(state => state.Name == source.Name);
}
