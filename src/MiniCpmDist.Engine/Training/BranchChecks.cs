using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Runs.Checkpoints;

namespace MiniCpmDist.Engine.Training;

/// <summary>Holds a branch to what its first start will hold it to, before there is anything of it.</summary>
public static class BranchChecks
{
    /// <param name="branch">Its configuration.</param>
    /// <param name="parent">The checkpoint that it begins at.</param>
    /// <param name="ranks">Of its world; null where nobody has said.</param>
    /// <exception cref="ConfigurationException">It could not be trained.</exception>
    public static void Require(RunOptions branch, CheckpointFolder parent, int? ranks)
    {
        ArgumentNullException.ThrowIfNull(branch);
        ArgumentNullException.ThrowIfNull(parent);
        using var data = RunChecks.Open(branch, ranks ?? branch.Parallel.WorldSizes[0], new ProblemCollector());
        RunChecks.Resume(
            CheckpointReader.LoadState(parent), branch, data, Path.Combine(parent.Path, CheckpointState.FileName));
        RunChecks.Tokenizer(
            CheckpointManifest.Read(InputFile.ReadText(parent.ManifestPath), parent.ManifestPath), data, parent.Path);
    }
}
