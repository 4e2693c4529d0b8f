using MiniCpmDist.Core.Problems;
using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Cli.Launching;

/// <summary>Where a branch is or is to be, and where it leaves its trunk.</summary>
/// <param name="Trunk">The trunk's folder.</param>
/// <param name="Step">The checkpoint's step.</param>
/// <param name="Folder">The branch's folder; its name is the branch's.</param>
internal sealed record BranchPlace(string Trunk, long Step, string Folder)
{
    /// <summary>Reads the place of a branch whose folder is made.</summary>
    /// <exception cref="ConfigurationException">The folder holds no run that is a branch.</exception>
    public static BranchPlace Of(string runFolder)
    {
        var (folder, options) = RunFolder.Open(Path.TrimEndingDirectorySeparator(Path.GetFullPath(runFolder)));
        return options.Parent is { } parent
            ? new BranchPlace(Path.GetFullPath(parent.Run, folder.Path), parent.Step, folder.Path)
            : throw new ConfigurationException([new Problem(
                folder.Path, "a branch (with `parent` in run.yaml)", "a run of its own",
                "start it as a job of its own")]);
    }
}
