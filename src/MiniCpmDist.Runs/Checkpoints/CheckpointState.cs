using System.Text.Json;
using System.Text.Json.Serialization;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Runs.Checkpoints;

/// <summary>Everything beside weights and moments that the next step depends on.</summary>
/// <param name="Run">Name of the run that wrote it.</param>
/// <param name="Step">Optimizer updates done; also the update count of the bias corrections.</param>
/// <param name="Tokens">Sequence positions consumed, masked or not.</param>
/// <param name="Sources">How far each source has been read.</param>
/// <param name="Fixed">Key and value of what must not differ when training goes on from here.</param>
public sealed record CheckpointState(
    string Run, long Step, long Tokens, IReadOnlyList<SourceState> Sources, IReadOnlyDictionary<string, string> Fixed)
{
    public const string FileName = "state.json";

    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>
    /// The schedule that the run follows; null where a program wrote it whose schedules did not change.
    /// </summary>
    public ScheduleState? Schedule { get; init; }

    /// <summary>What the last steps said about how the run is doing; null where an older program wrote it.</summary>
    public RunHealth? Health { get; init; }

    public string Write() => JsonSerializer.Serialize(this, s_json) + "\n";

    /// <exception cref="ConfigurationException">The file is damaged.</exception>
    public static CheckpointState Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<CheckpointState>(InputFile.ReadText(path), s_json)
                ?? throw new JsonException("it is null");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new ConfigurationException([new Problem(
                path, "the state of a checkpoint", $"something broken ({exception.Message})",
                "resume from an earlier checkpoint, or copy this one again")]);
        }
    }
}
