using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.Chat;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Checkpoints;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Engine.Training.Saving;

/// <summary>Knows what identifies a run in its checkpoints, so that the loop only says where it stands.</summary>
/// <param name="folder">The run.</param>
/// <param name="options">Its configuration.</param>
/// <param name="data">What it trains on.</param>
/// <param name="writer">Writes the files.</param>
/// <param name="requireOwn">Called before anything is written, and again before it is given its name; throws where
/// another world has taken the run over.</param>
/// <param name="startStep">The run's own checkpoint that this process started from; 0 for none.</param>
/// <param name="before">What the checkpoint that training began with says of its sources.</param>
/// <param name="adapted">What adapters are of; null where the run trains the model's own weights.</param>
public sealed class RunSaver(
    RunFolder folder,
    RunOptions options,
    RunData data,
    CheckpointWriter writer,
    Action requireOwn,
    long startStep,
    IReadOnlyList<SourceState> before,
    AdapterBase? adapted = null)
{
    /// <summary>The newest step of this run that is known to be saved; 0 before the first.</summary>
    public long LastSavedStep { get; private set; } = startStep;

    /// <summary>The tokens of that step, where this process has saved it.</summary>
    public long LastSavedTokens { get; private set; }

    /// <summary>True while a save is under way.</summary>
    public bool IsSaving => writer.IsSaving;

    /// <summary>
    /// Begins to save a step, unless it is saved: its bits would be the same. No save may be under way.
    /// </summary>
    public void BeginCollective(RunPosition position)
    {
        if (position.Step == LastSavedStep)
            return;
        var state = new CheckpointState(
            options.Name, position.Step, position.Tokens, RunCursor.Save(position.Cursor, data, before),
            Fixed(options, data))
        {
            Schedule = position.Schedule,
            Health = position.Health,
        };
        requireOwn();
        writer.BeginCollective(new CheckpointContents(
            folder.CheckpointsPath, state, options.Model.Shape, data.TokenizerPath, options.Data.SequenceLength,
            requireOwn)
        {
            Base = adapted,
            Template = ChatTemplates.Of(data.Sources[0].Train.Folder),
        });
    }

    /// <summary>Looks how the save under way is getting on.</summary>
    /// <returns>How it has ended; null where it has not, and where none is under way.</returns>
    public SaveResult? PollCollective() => Took(writer.PollCollective());

    /// <summary>Waits for the save under way; null where there is none.</summary>
    public SaveResult? FinishCollective() => Took(writer.FinishCollective());

    /// <summary>What a checkpoint of this run holds its successors to, beside the tokens of its sources.</summary>
    public static IReadOnlyDictionary<string, string> Fixed(RunOptions options, RunData data) =>
        new Dictionary<string, string>(FixedKeys.Of(options)) { ["data (its tokenizer)"] = data.TokenizerHash };

    private SaveResult? Took(SaveResult? result)
    {
        if (result is { Failure: null })
            (LastSavedStep, LastSavedTokens) = (result.Checkpoint.Step, result.Tokens);
        return result;
    }
}
