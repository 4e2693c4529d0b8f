using System.Security.Cryptography;
using System.Text;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Data.Building;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>
/// Removes copies from a corpus, and what evaluation sets have too. Ranks and threads read units of the corpus and
/// spill what must meet to files, by hash; then they read those files part by part. All of it lies in FOLDER.partial,
/// where it survives whatever ends the work. Which texts are left depends on the texts alone: neither on ranks, threads
/// and kills, nor on the order of texts and files.
/// </summary>
public static class CorpusDedup
{
    private const string PlanName = "plan";
    private const int NoSpaceLeftOnDevice = 28;     // ENOSPC, which .NET hands on as it is

    /// <summary>Does it with this process alone.</summary>
    /// <exception cref="ConfigurationException">Everything that is wrong with options or corpus.</exception>
    public static DedupReport Run(DedupOptions options, Action<DedupProgress>? progress = null)
    {
        using var world = new LoopbackCommunicator();
        return RunCollective(options, world, progress)!;
    }

    /// <summary>Does it with all ranks of a world, which see the same files.</summary>
    /// <param name="options">The same on all ranks but for the number of workers.</param>
    /// <param name="world">Who shares the work.</param>
    /// <param name="progress">Told on rank 0, from any thread but never from two at once.</param>
    /// <param name="passedOver">Takes entries that have the name of a corpus file and are no regular files.</param>
    /// <returns>What was removed; null on all ranks but 0.</returns>
    /// <exception cref="ConfigurationException">As <see cref="Run"/>; of the corpus, the same on all ranks.</exception>
    public static DedupReport? RunCollective(
        DedupOptions options, ICommunicator world, Action<DedupProgress>? progress = null,
        ICollection<PassedOverFile>? passedOver = null)
    {
        try
        {
            var isFirst = world.Rank == 0;
            var plan = isFirst ? DedupChecks.Plan(options, passedOver ?? []) : null;
            using var folder = isFirst
                ? BuildFolder.Acquire(options.OutputFolder) : BuildFolder.Join(options.OutputFolder);
            if (isFirst)
                TakeOver(plan!, folder);
            plan = DedupPlan.Read(world.BroadcastTextCollective(plan?.Write())!);
            RankProblems.ThrowCollective(
                world, plan.Files.Concat(plan.Against).Select(file => file.SeenBy(world.Rank)));
            return new DedupStages(new DedupJob(options, plan, folder), folder, world, progress).RunCollective();
        }
        catch (IOException e) when (e.HResult == NoSpaceLeftOnDevice)
        {
            throw new IOException(
                $"The disk of {options.OutputFolder} is full ({e.Message.TrimEnd('.')}). What is done is kept in "
                + $"{options.OutputFolder}.partial: make room and give the same command again.", e);
        }
    }

    // What an earlier attempt has left counts where its plan was this one. Anything else is removed.
    private static void TakeOver(DedupPlan plan, BuildFolder folder)
    {
        var path = Path.Combine(folder.Units, PlanName);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(plan.Write()));
        if (!File.Exists(path) || !RegularFile.ReadBytes(path).AsSpan().SequenceEqual(hash))
        {
            Directory.Delete(folder.Units, recursive: true);
            Directory.CreateDirectory(folder.Units);
            folder.BeginPacking();
            SyncedFile.Write(path, hash);
        }
        Directory.CreateDirectory(folder.Packed);
        foreach (var left in Directory.EnumerateFiles(folder.Units, "*" + SyncedFile.TemporarySuffix).ToList())
            File.Delete(left);
    }
}
