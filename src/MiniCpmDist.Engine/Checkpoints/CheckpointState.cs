using System.Text.Json;
using MiniCpmDist.Core.Configuration;

namespace MiniCpmDist.Engine.Checkpoints;

/// <summary>Everything beside weights and moments that the next step depends on.</summary>
/// <param name="Run">Name of the run that wrote it.</param>
/// <param name="Step">Optimizer updates done; also the update count of the bias corrections.</param>
/// <param name="Tokens">Sequence positions consumed, masked or not.</param>
/// <param name="Cursor">Sequences consumed of the data order.</param>
/// <param name="Seed">Of weights and data order.</param>
/// <param name="SequenceLength">Tokens in a sequence.</param>
/// <param name="TokenizerHash">SHA-256 of the tokenizer that made the ids.</param>
/// <param name="Lanes">Fixes the order of sums.</param>
/// <param name="MicroBatch">Sequences in a micro-batch; part of the bits.</param>
/// <param name="ThreadsPerRank">Part of the bits, too: matrix products split their sums over threads.</param>
public sealed record CheckpointState(
    string Run,
    long Step,
    long Tokens,
    long Cursor,
    ulong Seed,
    int SequenceLength,
    string TokenizerHash,
    int Lanes,
    int MicroBatch,
    int ThreadsPerRank)
{
    public const string FileName = "state.json";
    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };


    public string Write() => JsonSerializer.Serialize(this, s_json) + "\n";

    public static CheckpointState Read(string path) =>
        JsonSerializer.Deserialize<CheckpointState>(File.ReadAllText(path), s_json)
        ?? throw new ConfigurationException($"Expected the state of a checkpoint in {path}, found nothing.");
}
