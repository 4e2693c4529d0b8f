using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Runs.Checkpoints;

namespace MiniCpmDist.Engine.Training;

/// <summary>Checks a branch as its first start will check it, before anything of it is made.</summary>
public static class BranchChecks
{
    /// <param name="branch">Its configuration.</param>
    /// <param name="parent">The checkpoint that it begins at.</param>
    /// <param name="ranks">Ranks of its world; null where no number was given.</param>
    /// <exception cref="ConfigurationException">It could not be trained.</exception>
    public static void Require(RunOptions branch, CheckpointFolder parent, int? ranks)
    {
        ArgumentNullException.ThrowIfNull(branch);
        ArgumentNullException.ThrowIfNull(parent);
        using var data = RunChecks.Open(branch, ranks ?? branch.Parallel.WorldSizes[0], new ProblemCollector());
        var (saved, source) =
            (CheckpointReader.LoadState(parent), Path.Combine(parent.Path, CheckpointState.FileName));
        if (RunChecks.BeginsAnew(branch, saved))
            RunChecks.Model(saved, branch, source);
        else
            RunChecks.Resume(saved, branch, data, source);
        RunChecks.Tokenizer(
            CheckpointManifest.Read(InputFile.ReadText(parent.ManifestPath), parent.ManifestPath), data, parent.Path);
    }
}
