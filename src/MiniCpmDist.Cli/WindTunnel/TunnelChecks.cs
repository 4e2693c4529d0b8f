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
    /// <param name="request">What was asked for.</param>
    /// <returns>How many runs are trained beside each other.</returns>
    /// <exception cref="ConfigurationException">Something is wrong; all of it is told.</exception>
    public static int Require(IReadOnlyList<PlannedRun> plan, TunnelRequest request)
    {
        var problems = new ProblemCollector();
        var (name, ranks) = (request.Name, request.Ranks);
        problems.Require(
            RunName.IsValid(name), "--name", RunName.Expectation, $"`{name}`", "for example --name ladder");
        var parallel = plan[0].Options.Parallel;
        var fits = problems.Require(
            parallel.WorldSizes.Contains(ranks), "-n",
            $"a number of ranks that the recipe has lanes for: {string.Join(", ", parallel.WorldSizes)}", $"{ranks}",
            $"for example -n {parallel.WorldSizes[0]}");
        problems.Require(
            !File.Exists(request.Runs), "--runs", "a folder, or a name that is free", $"the file `{request.Runs}`",
            "for example --runs runs");
        problems.Require(
            request.Jobs is null or 1 || (request.Jobs > 1 && ranks == 1), "--jobs",
            "a number above zero, and 1 where runs have several ranks",
            $"{request.Jobs} with {ranks} rank(s)", "leave it out, or leave -n out");
        problems.Require(
            request.Hours is null or (> 0 and < double.PositiveInfinity), "--hours", "a number above zero",
            $"{request.Hours}", "for example --hours 0.5");
        var workers = ranks > 1 ? 1 : Math.Max(
            1, request.Jobs ?? Environment.ProcessorCount / parallel.ThreadsPerRank);
        if (fits)
            RequireMemory(plan, ranks, workers, problems);
        if (!request.MayRepeat)
            RequireEnoughData(plan.MaxBy(run => run.TokensInAll)!, problems);
        problems.ThrowIfAny();
        return workers;
    }

    private static void RequireMemory(IReadOnlyList<PlannedRun> plan, int ranks, int workers, ProblemCollector problems)
    {
        var (needed, there) = (
            TunnelEstimate.MemoryOf(plan, ranks, workers), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        problems.Require(
            needed <= there, "--jobs", $"{SizeText.Of(needed)} of memory for {workers} run(s) beside each other",
            $"{SizeText.Of(there)} on this host", "give a smaller --jobs, or make the sizes smaller");
    }

    private static void RequireEnoughData(PlannedRun longest, ProblemCollector problems)
    {
        var sources = longest.Options.Data.Sources;
        var weights = sources.Sum(source => source.StableWeight);
        foreach (var source in sources.Where(source => source.StableWeight > 0))
        {
            using var data = problems.Try(() => TokenDataset.Open(source.Path, "train", source.Parts));
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
