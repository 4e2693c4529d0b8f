using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Runs.Checkpoints;

namespace MiniCpmDist.Runs.Folder;

/// <summary>
/// Finds the place where a run begins or goes on: its own newest checkpoint, its parent's, or nothing.
/// </summary>
public static class RunStart
{
    /// <summary>
    /// Finds the checkpoint on rank 0 and tells the others: on a shared file system, two ranks may see different
    /// listings.
    /// </summary>
    /// <returns>The newest checkpoint that is whole, null for a run that starts from initial weights; and, on rank
    /// 0, what is wrong with newer ones that are not.
    /// </returns>
    /// <exception cref="ConfigurationException"> The run has checkpoints, and none of them is whole; or a newer
    /// version of the program wrote one.
    /// </exception>
    public static (CheckpointFolder? Checkpoint, IReadOnlyList<Problem> PassedOver) FindCollective(
        ICommunicator communicator, RunFolder folder, RunOptions options)
    {
        var problems = new ProblemCollector();
        var found = communicator.Rank == 0 ? Find(folder, options, problems) : null;
        var path = communicator.BroadcastTextCollective(found?.Path);
        return (path is null ? null : CheckpointFolder.Open(path), problems.Problems);
    }

    private static CheckpointFolder? Find(RunFolder folder, RunOptions options, ProblemCollector problems)
    {
        if (NewestWhole(folder, options.Name, problems) is { } own)
            return own;
        if (options.Parent is not { } parent)
        {
            // A new beginning would throw away what may still be repaired.
            problems.ThrowIfAny();
            return null;
        }
        var trunk = new RunFolder(Path.GetFullPath(parent.Run, Path.GetFullPath(folder.Path)));
        return AtStep(trunk, parent.Step);
    }

    /// <summary>The newest checkpoint of a run that is whole; null where none is.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="name">Its name, as its configuration has it.</param>
    /// <param name="problems">Get what is wrong with newer ones.</param>
    /// <exception cref="ConfigurationException">A newer version of the program wrote one.</exception>
    public static CheckpointFolder? NewestWhole(RunFolder folder, string name, ProblemCollector problems)
    {
        foreach (var own in folder.Checkpoints.Reverse())
        {
            // The checkpoint is not damaged, but newer than this program. To pass it over would train its steps again
            // and replace it.
            CheckpointManifest.RequireKnownFormat(InputFile.ReadText(own.ManifestPath), own.ManifestPath);
            if (problems.Try(() => CheckpointReader.VerifyOf(name, own)) is not null)
                return own;
        }
        return null;
    }

    /// <summary>The checkpoint of a run at exactly this step.</summary>
    public static CheckpointFolder AtStep(RunFolder run, long step) =>
        run.Checkpoints.FirstOrDefault(checkpoint => checkpoint.Step == step)
        ?? throw new ConfigurationException([new Problem(
            run.CheckpointsPath,
            $"a checkpoint of step {step}",
            run.Checkpoints.Count == 0
                ? "no checkpoint"
                : "steps " + string.Join(", ", run.Checkpoints.Select(checkpoint => checkpoint.Step)),
            "name one of those steps")]);
}
