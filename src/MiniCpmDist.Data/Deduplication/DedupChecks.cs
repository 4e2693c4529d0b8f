using System.Globalization;
using MiniCpmDist.Core.Deduplication;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Building;
using MiniCpmDist.Data.Corpus;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>What can be wrong before anything is read.</summary>
internal static class DedupChecks
{
    private const int MostPermutations = 4096;
    private const int MostWords = 1000;
    private const int MostWorkers = 1024;
    private const int MostSubstring = 1_000_000;
    private const int LeastSubstring = 10;

    /// <summary>The plan of the work.</summary>
    /// <param name="options">What is asked for; the corpus has at least one path.</param>
    /// <param name="passedOver">Takes entries that have the name of a corpus file and are no regular files.</param>
    /// <exception cref="ConfigurationException">Everything that is wrong with the options.</exception>
    public static DedupPlan Plan(DedupOptions options, ICollection<PassedOverFile> passedOver)
    {
        var problems = new ProblemCollector();
        // One by one, so that a path that leads nowhere does not hide what is wrong with the others.
        var files = options.Corpus
            .SelectMany(path => problems.Try(() => CorpusFiles.Find([path], passedOver: passedOver)) ?? [])
            .DistinctBy(Real).ToList();
        BuildFolder.RequireFree(problems, options.OutputFolder);
        foreach (var folder in options.Corpus.Where(path => Directory.Exists(path) && Contains(path, options)))
        {
            problems.Add(
                "--out", "a folder outside of the corpus, or the next run would read what this one writes",
                $"{options.OutputFolder} inside of {folder}", "choose another --out");
        }
        problems.Require(
            options.Exact || options.Near || options.Substrings > 0 || options.Against.Count > 0,
            "--exact, --near, --substrings, --against", "one of them", "nothing to be removed",
            "leave all of them out for --exact --near");
        options.Fields.Check(problems);
        Numbers(options, problems);
        var against = EvaluationNgrams.Find(options.Against, problems);
        foreach (var both in against.Select(Real).Intersect(files.Select(Real)))
        {
            problems.Add(
                "--against", "sets that are not in the corpus", $"{both} in both",
                "name only the files of the corpus before --out");
        }
        problems.ThrowIfAny();
        return DedupPlan.Make(options, files, against);
    }

    private static void Numbers(DedupOptions options, ProblemCollector problems)
    {
        Whole("--permutations", options.Permutations, 1, MostPermutations, "128 is usual");
        Whole("--shingle", options.Shingle, 1, MostWords, "5 is usual");
        Whole("--ngram", options.Ngram, NgramIndex.LeastWords, MostWords, "13 is usual");
        Whole("--workers", options.Workers, 1, MostWorkers, "leave it out: all cores");
        if (options.Substrings != 0)
            Whole("--substrings", options.Substrings, LeastSubstring, MostSubstring, "50 is usual");
        problems.Require(
            options.Threshold is > 0 and <= 1, "--threshold", "a number above 0, up to 1",
            options.Threshold.ToString(CultureInfo.InvariantCulture), "0.8 is usual");
        problems.Require(
            options.MaxBroken is null or (>= 0 and <= 1), "--max-broken", "0 to 1, a share of the lines",
            options.MaxBroken?.ToString(CultureInfo.InvariantCulture) ?? "", "leave it out for the usual rule");
        if (options.Bands is { } bands && options.Permutations >= 1)
        {
            problems.Require(
                bands >= 1 && options.Permutations % bands == 0, "--bands",
                $"a number that divides --permutations {options.Permutations} into equal bands", $"{bands}",
                "leave it out: as many as find 99 % of the pairs at the threshold");
        }

        void Whole(string option, int value, int least, int most, string fix) => problems.Require(
            value >= least && value <= most, option, $"{least} to {most}",
            value.ToString(CultureInfo.InvariantCulture), fix);
    }

    private static string Real(string path) => RealPath.Of(path) ?? Path.GetFullPath(path);

    // The folder of the result does not exist yet, so what matters is the nearest one that does.
    private static bool Contains(string folder, DedupOptions options)
    {
        var parent = Path.GetFullPath(options.OutputFolder);
        while (parent is not null && !Directory.Exists(parent))
            parent = Path.GetDirectoryName(parent);
        return parent is not null && $"{Real(parent)}/".StartsWith(
            $"{Real(folder).TrimEnd('/')}/", StringComparison.Ordinal);
    }
}
