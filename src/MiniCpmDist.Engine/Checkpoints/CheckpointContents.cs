using MiniCpmDist.Core.Chat;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Runs.Checkpoints;

namespace MiniCpmDist.Engine.Checkpoints;

/// <summary>What a checkpoint holds beside the tensors, and where it goes.</summary>
/// <param name="Checkpoints">The run's folder of checkpoints.</param>
/// <param name="State">Position on the token axis and identity of the run.</param>
/// <param name="Shape">Written as <c>config.json</c>.</param>
/// <param name="TokenizerPath">Copied beside the model.</param>
/// <param name="SequenceLength">Tokens in a sequence, for <c>config.json</c>.</param>
/// <param name="BeforePublishing">Called on rank 0 when everything is written and nothing is published yet; may
/// refuse.</param>
public sealed record CheckpointContents(
    string Checkpoints,
    CheckpointState State,
    ModelShape Shape,
    string TokenizerPath,
    int SequenceLength,
    Action BeforePublishing)
{
    /// <summary>How the run's conversations are written; null where it has none.</summary>
    public ChatTemplate? Template { get; init; }

    /// <summary>What adapters are of; null where the run trains the model's own weights.</summary>
    public AdapterBase? Base { get; init; }

    internal CheckpointFolder Target => CheckpointFolder.At(Checkpoints, State.Step);

    /// <summary>The folder in which the checkpoint is written before it is published.</summary>
    internal string Partial => Target.Path + CheckpointFolder.PartialSuffix;
}
