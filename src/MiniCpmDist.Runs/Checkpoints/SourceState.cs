using System.Text.Json.Serialization;

namespace MiniCpmDist.Runs.Checkpoints;

/// <summary>How far a run has read one source.</summary>
/// <param name="Name">The source's name in the run.</param>
/// <param name="Tokens">SHA-256 of the training tokens of the parts that are read, which must be the same when training
/// goes on.</param>
/// <param name="Weight">Its share of the mixture in force, in billionths.</param>
/// <param name="Origin">Sequences read of it when that mixture came into force.</param>
/// <param name="Consumed">Sequences read of it in all.</param>
public sealed record SourceState(string Name, string Tokens, long Weight, long Origin, long Consumed)
{
    /// <summary>
    /// Sequences of the source that have been read when each part but the first begins; null for one part.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<long>? Starts { get; init; }
}
