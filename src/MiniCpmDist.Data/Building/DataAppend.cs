using System.Globalization;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Data.Corpus;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Data.TokenFolders;

namespace MiniCpmDist.Data.Building;

/// <summary>
/// Appends texts to a data folder as one more part of it: a data folder below it, built as the folder itself was. No
/// file that is there is changed, so whoever reads the folder meanwhile notices nothing, and the part gets its name
/// when it is complete.
/// </summary>
public static class DataAppend
{
    /// <summary>Appends with this process alone.</summary>
    /// <exception cref="ConfigurationException">Everything that is wrong with folder, options or corpus; the folder
    /// is as it was then.</exception>
    public static DataBuildReport Run(DataAppendOptions options, Action<DataBuildProgress>? progress = null)
    {
        using var world = new LoopbackCommunicator();
        return RunCollective(options, world, progress)!;
    }

    /// <summary>Appends with all ranks of a world, which see the same files.</summary>
    /// <param name="options">The same on all ranks but for the number of workers.</param>
    /// <param name="world">Who shares the work.</param>
    /// <param name="progress">Told on rank 0, from any thread but never from two at once.</param>
    /// <returns>What was made; null on all ranks but 0.</returns>
    /// <exception cref="ConfigurationException">As <see cref="Run"/>.</exception>
    public static DataBuildReport? RunCollective(
        DataAppendOptions options, ICommunicator world, Action<DataBuildProgress>? progress = null)
    {
        // Rank 0 looks for all ranks: another one may not see yet what was appended last.
        var next = world.Rank == 0 ? Check(options).ToString(CultureInfo.InvariantCulture) : null;
        var part = int.Parse(world.BroadcastTextCollective(next)!, CultureInfo.InvariantCulture);
        var first = DataManifest.Read(options.Folder);
        var report = DataBuild.RunCollective(
            new DataBuildOptions(
                options.Corpus, Path.Combine(options.Folder, first.Tokenizer.File),
                FolderParts.PathOf(options.Folder, part))
            {
                Name = first.Name,
                SequenceLength = first.SequenceLength,
                Packing = first.Packing,
                HeldOutFraction = first.HeldOutFraction,
                Fields = options.Fields,
                MaxBroken = options.MaxBroken,
                Bounds = options.Bounds,
                Workers = options.Workers,
                UnitBytes = options.UnitBytes,
                IsAppended = true,
            },
            world, progress);
        return report is null ? null : report with { Part = part };
    }

    /// <summary>The number of the part that is to be made.</summary>
    private static int Check(DataAppendOptions options)
    {
        var problems = new ProblemCollector();
        var files = problems.Try(() => CorpusFiles.Find(options.Corpus));
        var there = FolderParts.Count(options.Folder);
        var parts = problems.Try(() => FolderParts.Read(options.Folder, there));
        if (parts is not null)
        {
            problems.Require(
                parts[0].Images is null && parts[0].Packing is Packing.Isolate or Packing.Concatenate, options.Folder,
                "a folder that `minicpm data build` made", "one of conversations, pairs or pictures",
                "make a folder of the new ones, and name it as one more source");
            DataFolderChecks.Tokenizer(options.Folder, parts[0].Tokenizer, problems);
            foreach (var file in files ?? [])
                RequireNew(problems, file, parts);
        }
        problems.ThrowIfAny();
        return there + 1;
    }

    // The same command given again would teach a run everything twice.
    private static void RequireNew(ProblemCollector problems, string file, IReadOnlyList<DataManifest> parts)
    {
        var bytes = StoredFile.Look(file).Bytes;
        var alike = parts.Index()
            .SelectMany(part => part.Item.Corpus.Select(source => (Part: part.Index + 1, Source: source)))
            .Where(entry => entry.Source.Bytes == bytes)
            .ToList();
        var hash = alike.Count == 0 ? null : SyncedFile.HashOf(file);
        if (alike.FirstOrDefault(entry => entry.Source.Sha256 == hash) is { Source: not null } same)
        {
            problems.Add(
                file, "a file that is not in the data folder yet",
                $"what part {same.Part} was made of ({same.Source.File})", "name new files alone");
        }
    }
}
