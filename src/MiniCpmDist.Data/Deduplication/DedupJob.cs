using System.Globalization;
using System.Text.Json;
using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Data.Building;
using MiniCpmDist.Data.Corpus;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>What the stages of one process share.</summary>
internal sealed class DedupJob(DedupOptions options, DedupPlan plan, BuildFolder folder)
{
    private const int MostPartitions = 64;
    private const int ChunksOfLot = 4;

    public DedupOptions Options => options;

    public DedupPlan Plan => plan;

    /// <summary>The units of the corpus.</summary>
    public IReadOnlyList<WorkUnit> Units { get; } = plan.Units();

    public ReadingMemory Memory { get; } = new(options.Workers);

    /// <summary>Bytes of the corpus that the threads of this process have read in the present stage.</summary>
    public BuildCounters Counters { get; set; } = new();

    /// <summary>Parts that keys are dealt out to. A small corpus has few, because each is some files.</summary>
    public int Partitions { get; } = (int)Math.Clamp(
        plan.Files.Sum(file => file.Bytes) / plan.UnitBytes, 1, MostPartitions);

    /// <summary>A file for records that meet by their keys in a later stage.</summary>
    public SpillWriter<T> Spill<T>(string stage, int task, string kind, int share = 1) where T : unmanaged, IKeyed =>
        new(File(stage, task, kind), Math.Max(1, options.SpillRecords / share), Partitions);

    /// <summary>A file for records about documents.</summary>
    public RunWriter<T> Runs<T>(string stage, int task, string kind, int share = 1)
        where T : unmanaged, IOfDocument, IComparable<T> =>
        new(File(stage, task, kind), Math.Max(1, options.SpillRecords / share));

    /// <summary>The records of a partition that the tasks of a stage have spilled, in sorted lots.</summary>
    public IEnumerable<ArraySegment<T>> Lots<T>(string stage, string kind, int tasks, int partition)
        where T : unmanaged, IKeyed, IComparable<T> =>
        SpillFile.Read<T>(Files(stage, kind, tasks), partition, Partitions, ChunksOfLot * options.SpillRecords);

    /// <summary>A file that a task of a stage leaves for later stages.</summary>
    public string File(string stage, int task, string kind) =>
        Path.Combine(folder.Units, string.Create(CultureInfo.InvariantCulture, $"{stage}-{task:D6}.{kind}"));

    /// <summary>Such files of all tasks of a stage.</summary>
    public IReadOnlyList<string> Files(string stage, string kind, int tasks) =>
        [.. Enumerable.Range(0, tasks).Select(task => File(stage, task, kind))];

    /// <summary>A file of the result.</summary>
    public string Packed(string name) => Path.Combine(folder.Packed, name);

    /// <summary>What a task has told at its end; null where it has not ended.</summary>
    public T? Summary<T>(string stage, int task) where T : class
    {
        var path = Marker(stage, task);
        try
        {
            return System.IO.File.Exists(path)
                ? JsonSerializer.Deserialize<T>(RegularFile.ReadBytes(path))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What all tasks of a stage have told.</summary>
    public IReadOnlyList<T> Summaries<T>(string stage, int tasks) where T : class =>
    [
        .. Enumerable.Range(0, tasks).Select(task => Summary<T>(stage, task) ?? throw new IOException(
            $"{Marker(stage, task)} is gone, or another process has changed it. Give the same command again.")),
    ];

    public bool IsDone(string stage, int task) => System.IO.File.Exists(Marker(stage, task));

    /// <summary>Says that a task has ended; all that it leaves is on the disk.</summary>
    public void Done(string stage, int task, object summary) =>
        SyncedFile.Write(Marker(stage, task), JsonSerializer.SerializeToUtf8Bytes(summary));

    /// <summary>Removes files that no later stage reads.</summary>
    public void Drop(string stage, string kind, int tasks)
    {
        foreach (var file in Files(stage, kind, tasks))
            System.IO.File.Delete(file);
    }

    private string Marker(string stage, int task) => File(stage, task, "json");
}
