using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Runs.Lineage;

namespace MiniCpmDist.Cli.Evaluation;

/// <summary>A run and all that branched from it, in the order of the tree.</summary>
internal static class BranchFolders
{
    /// <exception cref="ConfigurationException">There is no such run.</exception>
    public static IReadOnlyList<string> Of(string trunk, ProblemCollector problems)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(trunk));
        var runs = RunSurvey.Of(Path.GetDirectoryName(path)!, problems).ToDictionary(
            run => run.Path, StringComparer.Ordinal);
        if (!runs.ContainsKey(path))
            return [trunk];
        return [.. RunTree.Of(runs.Values).Select(row => row.Run).Where(IsOfTrunk).Select(run => run.Path)];

        bool IsOfTrunk(RunSummary run)
        {
            // Folders may have been edited by hand until they name each other as parents.
            for (var level = 0; level <= runs.Count; level++)
            {
                if (run.Path == path)
                    return true;
                if (run.Parent is null || !runs.TryGetValue(run.Parent, out run!))
                    return false;
            }
            return false;
        }
    }
}
