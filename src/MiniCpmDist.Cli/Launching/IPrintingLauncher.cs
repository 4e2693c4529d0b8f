using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Cli.Launching;

/// <summary>A launcher that can also show what it would start.</summary>
internal interface IPrintingLauncher : IRunLauncher
{
    /// <summary>
    /// Returns what starting a branch would take, for people to look at or start by hand; nothing is started.
    /// </summary>
    /// <param name="place">Of the branch, which need not be made yet.</param>
    /// <param name="ranks">World size.</param>
    string Print(BranchPlace place, int ranks);
}
