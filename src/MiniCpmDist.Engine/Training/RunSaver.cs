using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.ModelShape;
using MiniCpmDist.Engine.Checkpoints;
using MiniCpmDist.Engine.Data;

namespace MiniCpmDist.Engine.Training;

/// <summary>Knows what identifies a run in its checkpoints, so that the loop only says where it stands.</summary>
public sealed class RunSaver(
    RunFolder folder, RunOptions options, ModelShape shape, TokenDataset dataset, CheckpointWriter writer)
{
    /// <summary>The newest step that this process has saved; 0 before the first.</summary>
    public long LastSavedStep { get; private set; }

    public CheckpointFolder SaveCollective(long step, long tokens)
    {
        var state = StateAt(options, dataset, step, tokens);
        var checkpoint = writer.SaveCollective(folder.CheckpointsPath, state, shape, dataset.TokenizerPath);
        LastSavedStep = step;
        return checkpoint;
    }

    /// <summary>The state that a checkpoint of this run carries at a position.</summary>
    public static CheckpointState StateAt(RunOptions options, TokenDataset dataset, long step, long tokens) => new(
        options.Name,
        step,
        tokens,
        Cursor: tokens / options.Data.SequenceLength,
        options.Seed,
        options.Data.SequenceLength,
        dataset.TokenizerHash,
        options.Parallel.Lanes,
        options.Parallel.MicroBatch,
        options.Parallel.ThreadsPerRank);
}
