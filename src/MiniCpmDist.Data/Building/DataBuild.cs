using System.Globalization;
using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Data.Corpus;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Data.Tokenization;

namespace MiniCpmDist.Data.Building;

/// <summary>
/// Turns a corpus into a data folder: train and held-out tokens with their indices, tokenizer.model, manifest.json, and
/// quarantine.ndjson where lines gave no text. The corpus is cut into work units; threads and ranks tokenize them into
/// FOLDER.partial, where they survive whatever ends the build; rank 0 packs them in their order. Memory does not grow
/// with the corpus, and the same corpus, options and tokenizer give the same bytes on any number of threads and ranks,
/// interrupted or not.
/// </summary>
public static class DataBuild
{
    /// <summary>Name of the tokenizer's copy in a data folder.</summary>
    public const string TokenizerName = "tokenizer.model";

    private const int LongestSequence = 1 << 20;
    private const int NoSpaceLeftOnDevice = 28;     // ENOSPC, which .NET hands on as it is

    /// <summary>Builds the folder with this process alone.</summary>
    /// <exception cref="ConfigurationException">Everything that is wrong with options or corpus;
    /// the folder does not exist then, and what was right of the corpus need not be tokenized again.</exception>
    public static DataBuildReport Run(DataBuildOptions options, Action<DataBuildProgress>? progress = null)
    {
        using var world = new LoopbackCommunicator();
        return RunCollective(options, world, progress)!;
    }

    /// <summary>Builds the folder with all ranks of a world, which see the same files.</summary>
    /// <param name="options">The same on all ranks but for the number of workers.</param>
    /// <param name="world">Who shares the work.</param>
    /// <param name="progress">Told on rank 0, from any thread but never from two at once.</param>
    /// <returns>What was made; null on all ranks but 0.</returns>
    /// <exception cref="ConfigurationException">As <see cref="Run"/>. Of the corpus, the same on all ranks.</exception>
    public static DataBuildReport? RunCollective(
        DataBuildOptions options, ICommunicator world, Action<DataBuildProgress>? progress = null)
    {
        try
        {
            return BuildCollective(options, world, progress);
        }
        catch (IOException e) when (e.HResult == NoSpaceLeftOnDevice)
        {
            throw new IOException(
                $"The disk of {options.OutputFolder} is full ({e.Message.TrimEnd('.')}). Units that are done are kept "
                + $"in {options.OutputFolder}.partial: make room and give the same command again.", e);
        }
    }

    private static DataBuildReport? BuildCollective(
        DataBuildOptions options, ICommunicator world, Action<DataBuildProgress>? progress)
    {
        var isFirst = world.Rank == 0;
        // Rank 0 looks for all ranks: its problem is reported once, and all ranks work from the same list.
        var passedOver = new List<PassedOverFile>();
        var (plan, loaded) = isFirst ? Check(options, passedOver) : default;
        using var checkedTokenizer = loaded;
        using var folder = isFirst ? BuildFolder.Acquire(options.OutputFolder) : BuildFolder.Join(options.OutputFolder);
        if (isFirst)
            plan = TakeOver(plan!, folder);
        plan = BuildPlan.Read(world.BroadcastTextCollective(plan?.Write())!);
        using var ownTokenizer = isFirst ? null : Tokenizer.Load(options.TokenizerPath);
        var job = new BuildJob(options, plan, (checkedTokenizer ?? ownTokenizer)!, folder.Units);
        var units = plan.Units();
        var own = WorkUnits.Deal([.. units.ExceptBy(plan.Done, unit => unit.Index)], world.WorldSize)[world.Rank];
        var display = new BuildProgress(job, units, own, isFirst ? progress : null);
        IReadOnlyList<Problem> problems;
        using (display.Watch())
        {
            problems = [.. SameFiles(plan, world.Rank, job.Tokenizer)];
            if (problems.Count == 0)
                problems = UnitRunner.Run(job, own, display);
            problems = RankProblems.GatherCollective(world, problems);
        }
        if (problems.Count > 0)
            throw new ConfigurationException([.. problems.Distinct()]);
        display.Tell(isEnd: true);
        var manifest = isFirst ? new FolderPacker(job, folder, display).Run() : null;
        world.BarrierCollective();
        return manifest is null ? null : new DataBuildReport(options.OutputFolder, manifest)
        {
            PassedOver = passedOver,
        };
    }

    private static (BuildPlan Plan, Tokenizer Tokenizer) Check(
        DataBuildOptions options, List<PassedOverFile> passedOver)
    {
        var problems = new ProblemCollector();
        var files = problems.Try(() => CorpusFiles.Find(options.Corpus, passedOver: passedOver));
        BuildFolder.RequireFree(problems, options.OutputFolder);
        options.Fields.Check(problems);
        problems.Require(
            options.HeldOutFraction is >= 0 and <= 0.5, "held-out", "0 to 0.5, a share of the documents",
            options.HeldOutFraction.ToString(CultureInfo.InvariantCulture), "0.02 is the default");
        problems.Require(
            options.MaxBroken is null or (>= 0 and <= 1), "max-broken", "0 to 1, a share of the lines",
            options.MaxBroken?.ToString(CultureInfo.InvariantCulture) ?? "", "leave it out for the usual rule");
        problems.Require(
            options.Workers >= 1, "workers", "1 or more", options.Workers.ToString(CultureInfo.InvariantCulture),
            "leave it out: all cores");
        problems.Require(
            options.SequenceLength is >= 1 and <= LongestSequence, "sequence-length", $"1 to {LongestSequence}",
            options.SequenceLength.ToString(CultureInfo.InvariantCulture), "4096 is MiniCPM's");
        problems.Require(
            options.Bounds.Least <= options.Bounds.Most, "min-tokens",
            $"no more than --max-tokens {options.Bounds.Most}",
            options.Bounds.Least.ToString(CultureInfo.InvariantCulture), "leave one of them out");
        problems.Require(
            options.Name is null || !string.IsNullOrWhiteSpace(options.Name), "name", "a name", "nothing",
            "leave it out for that of the folder");
        var tokenizer = problems.Try(() => Tokenizer.Load(options.TokenizerPath));
        if (problems.Any)
            tokenizer?.Dispose();
        problems.ThrowIfAny();
        return (BuildPlan.Make(options, files!, tokenizer!), tokenizer!);
    }

    // Units of an earlier attempt count where this attempt would make the very same ones. Other units are removed.
    private static BuildPlan TakeOver(BuildPlan plan, BuildFolder folder)
    {
        var done = plan.Units()
            .Select(unit => new UnitFiles(folder.Units, unit))
            .Where(files => files.ReadIfDone(plan) is not null)
            .ToList();
        UnitFiles.RemoveOthers(folder.Units, done);
        return plan with { Done = [.. done.Select(files => files.Unit.Index)] };
    }

    // Ranks on other machines may see other files under the same names.
    private static IEnumerable<Problem> SameFiles(BuildPlan plan, int rank, Tokenizer tokenizer)
    {
        if (tokenizer.Hash != plan.TokenizerHash)
        {
            yield return new Problem(
                tokenizer.Path, "the tokenizer that rank 0 sees", $"another one on rank {rank}", SourceFile.Same);
        }
        foreach (var file in plan.Files)
        {
            if (file.SeenBy(rank) is { } problem)
                yield return problem;
        }
    }
}
