using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Filtering;
using MiniCpmDist.Data.Corpus;

namespace MiniCpmDist.Data.Filtering;

/// <summary>What the threads of one process share while they filter.</summary>
internal sealed record FilterJob(FilterOptions Options, FilterPlan Plan, FilterPipeline Pipeline, string Folder)
{
    private readonly Lock _telling = new();
    private long _bytes;
    private int _units;

    /// <summary>Is told how far this process is, by one thread at a time.</summary>
    public Action<FilterProgress>? Progress { get; init; }

    /// <summary>Bytes on disk that this process has to read, and the units of all processes.</summary>
    public (long Bytes, int Units) Total { get; init; }

    public ReadingMemory Memory { get; } = new(Options.Workers);

    /// <summary>Bytes on disk that this process has read.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Units that this process has done.</summary>
    public int Units => Volatile.Read(ref _units);

    public string PartOf(WorkUnit unit) => Path.Combine(Folder, FilterPlan.PartName(unit.Index));

    public string SummaryOf(WorkUnit unit) => PartOf(unit) + FilterPlan.SummarySuffix;

    public void AddBytes(long bytes) => Interlocked.Add(ref _bytes, bytes);

    public void AddUnit() => Interlocked.Increment(ref _units);

    /// <summary>Tells how far this process is.</summary>
    public void Tell()
    {
        if (Progress is null)
            return;
        lock (_telling)
            Progress(new FilterProgress(Bytes, Total.Bytes, Units, Plan.Done.Count, Total.Units));
    }

    /// <summary>The summary of a unit, if this very unit is done, from the same files, cut and rules.</summary>
    public FilterSummary? ReadIfDone(WorkUnit unit) =>
        FilterSummary.TryRead(SummaryOf(unit)) is { } summary
        && summary.Fingerprint == Plan.Fingerprint
        && summary.Spans.Select(span => (span.File, span.Start, span.End))
            .SequenceEqual(unit.Spans.Select(span => (Plan.Files[span.File], span.Start, span.End)))
        && File.Exists(PartOf(unit))
            ? summary
            : null;
}
