using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Engine.Checkpoints;

namespace MiniCpmDist.Engine.Training;

/// <summary>Where a run begins or goes on: its own newest checkpoint, its parent's, or nothing.</summary>
public static class RunStart
{
    /// <returns>Null for a run that starts from initial weights.</returns>
    public static CheckpointFolder? Find(RunFolder folder, RunOptions options)
    {
        if (folder.NewestCheckpoint is { } own)
            return own;
        if (options.Parent is not { } parent)
            return null;
        var trunk = new RunFolder(Path.GetFullPath(parent.Run, Path.GetFullPath(folder.Path)));
        return AtStep(trunk, parent.Step);
    }

    /// <summary>The checkpoint of a run at exactly this step.</summary>
    public static CheckpointFolder AtStep(RunFolder run, long step) =>
        run.Checkpoints.FirstOrDefault(checkpoint => checkpoint.Step == step)
        ?? throw new ConfigurationException([new Fault(
            run.CheckpointsPath,
            $"a checkpoint of step {step}",
            run.Checkpoints.Count == 0
                ? "no checkpoint"
                : "steps " + string.Join(", ", run.Checkpoints.Select(checkpoint => checkpoint.Step)),
            "name one of those steps")]);
}
