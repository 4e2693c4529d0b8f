using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Core.WindTunnel;
using MiniCpmDist.Data.TokenFolders;

namespace MiniCpmDist.Cli.WindTunnel;

/// <summary>What is checked before the first run of an experiment is trained.</summary>
internal static class TunnelChecks
{
    /// <param name="plan">All runs.</param>
    /// <param name="runs">The folder that they go to.</param>
    /// <param name="name">The first part of their names.</param>
    /// <param name="ranks">Of each run.</param>
    /// <param name="mayRepeat">False where no run may read a document twice: its loss would be of another law.</param>
    /// <exception cref="ConfigurationException">Something is wrong; all of it is told.</exception>
    public static void Require(
        IReadOnlyList<PlannedRun> plan, string runs, string name, int ranks, bool mayRepeat)
    {
        var problems = new ProblemCollector();
        problems.Require(
            RunName.IsValid(name), "--name", RunName.Expectation, $"`{name}`", "for example --name ladder");
        var worlds = plan[0].Options.Parallel.WorldSizes;
        problems.Require(
            worlds.Contains(ranks), "-n",
            $"a number of ranks that the recipe has lanes for: {string.Join(", ", worlds)}", $"{ranks}",
            $"for example -n {worlds[0]}");
        problems.Require(
            !File.Exists(runs), "--runs", "a folder, or a name that is free", $"the file `{runs}`",
            "for example --runs runs");
        if (!mayRepeat)
            RequireEnoughData(plan.MaxBy(run => run.TokensInAll)!, problems);
        problems.ThrowIfAny();
    }

    private static void RequireEnoughData(PlannedRun longest, ProblemCollector problems)
    {
        var sources = longest.Options.Data.Sources;
        var weights = sources.Sum(source => source.StableWeight);
        foreach (var source in sources.Where(source => source.StableWeight > 0))
        {
            using var data = problems.Try(() => TokenDataset.Open(source.Path, "train"));
            if (data is null)
                continue;
            var needed = (long)((double)source.StableWeight / weights * longest.TokensInAll);
            var there = data.SequenceCount * data.SequenceLength;
            problems.Require(
                needed <= there, source.Path,
                $"the {ProgressText.Tokens(needed)} tokens that {longest.Name} reads of it", ProgressText.Tokens(there),
                "build more data, make the largest size smaller, or say --allow-repeats");
        }
    }
}
