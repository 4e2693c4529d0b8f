using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Data.TokenFolders;
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
        if (RunChecks.Extends(branch, saved))
            RequireLongDocuments(data, RunChecks.LengthOf(saved));
        RunChecks.Tokenizer(
            CheckpointManifest.Read(InputFile.ReadText(parent.ManifestPath), parent.ManifestPath), data, parent.Path);
    }

    /// <summary>
    /// For each source the tokens that have more of their document before them than a sequence of the parent could
    /// hold.
    /// </summary>
    /// <param name="branch">A run with longer sequences.</param>
    /// <param name="oldLength">Tokens in a sequence of its parent.</param>
    public static IReadOnlyList<(SourceOptions Source, DocumentReach Reach)> Reach(RunOptions branch, int oldLength)
    {
        using var data = RunChecks.Open(branch, branch.Parallel.WorldSizes[0], new ProblemCollector());
        return [.. data.Sources.Select(source => (source.Options, DocumentReach.Of(source.Train, [oldLength])))];
    }

    /// <summary>Short documents one after the other teach a model nothing about what lies far back.</summary>
    private static void RequireLongDocuments(RunData data, int oldLength)
    {
        if (data.Sources.Any(source => DocumentReach.Any(source.Train, oldLength)))
            return;
        throw new ConfigurationException([new Problem(
            "data.sources", $"a document of more than the parent's {oldLength} tokens in some sequence",
            $"none in {string.Join(", ", data.Sources.Select(source => source.Options.Path))}",
            "build data of longer documents with --min-tokens; `minicpm data inspect` shows how far they reach")]);
    }
}
