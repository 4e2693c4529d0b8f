using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Filtering;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Data.Building;
using MiniCpmDist.Data.Corpus;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Data.Filtering;

/// <summary>
/// Filters a corpus by the rules of a pipeline into a folder of JSON lines, which is a corpus again, with a report of
/// what each rule removed. The corpus is cut into units as for a build; a unit becomes a part, and parts that are done
/// survive whatever ends the filter. What is kept depends on the texts and the pipeline alone.
/// </summary>
public static class CorpusFilter
{
    /// <summary>Name of the report in the folder. It does not end as the files of a corpus do.</summary>
    public const string ReportName = "report.ndjson";

    /// <summary>Name of the list of lines that gave no text.</summary>
    public const string QuarantineName = "quarantine.ndjson";

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver(),
    };

    /// <summary>Filters with all ranks of a world, which see the same files.</summary>
    /// <param name="options">The same on all ranks but for the number of workers.</param>
    /// <param name="world">Who shares the work.</param>
    /// <param name="progress">Told on each rank of its own work, by one thread at a time.</param>
    /// <returns>What was done; null on all ranks but 0.</returns>
    /// <exception cref="ConfigurationException">Everything that is wrong; the folder does not exist then, and what was
    /// right of the corpus need not be read again.</exception>
    public static FilterReport? RunCollective(
        FilterOptions options, ICommunicator world, Action<FilterProgress>? progress = null)
    {
        var isFirst = world.Rank == 0;
        var passedOver = new List<PassedOverFile>();
        var plan = isFirst ? Check(options, passedOver) : null;
        using var folder = isFirst ? PartialFolder.Create(options.OutputFolder, FilterPlan.IsSummary) : null;
        if (isFirst)
            plan = TakeOver(options, plan!, folder!);
        plan = FilterPlan.Read(world.BroadcastTextCollective(plan?.Write())!);
        RankProblems.ThrowCollective(world, plan.Files.Select(file => file.SeenBy(world.Rank)));
        var units = plan.Units();
        var own = WorkUnits.Deal([.. units.ExceptBy(plan.Done, unit => unit.Index)], world.WorldSize)[world.Rank];
        var job = new FilterJob(
            options, plan, FilterPipeline.Read(plan.Pipeline, options.PipelinePath), PartialName(options))
        {
            Progress = progress,
            Total = (own.Sum(unit => unit.Bytes), units.Count),
        };
        RankProblems.ThrowCollective(world, Work(job, own));
        var last = new ProblemCollector();
        var report = isFirst ? last.Try(() => Finish(job, units, folder!)) : null;
        RankProblems.ThrowCollective(world, last.Problems);
        return report is null ? null : report with { PassedOver = passedOver };
    }

    private static FilterPlan Check(FilterOptions options, List<PassedOverFile> passedOver)
    {
        var problems = new ProblemCollector();
        var files = problems.Try(() => CorpusFiles.Find(options.Corpus, passedOver: passedOver));
        var pipeline = problems.Try(() =>
            FilterPipeline.Read(InputFile.ReadText(options.PipelinePath), options.PipelinePath));
        options.Fields.Check(problems);
        PartialFolder.RequireFree(problems, options.OutputFolder);
        problems.ThrowIfAny();
        return FilterPlan.Make(options, files!, pipeline!);
    }

    private static FilterPlan TakeOver(FilterOptions options, FilterPlan plan, PartialFolder folder)
    {
        var job = new FilterJob(options, plan, FilterPipeline.Read(plan.Pipeline, options.PipelinePath), folder.Path);
        var done = plan.Units().Where(unit => job.ReadIfDone(unit) is not null).ToList();
        var kept = done
            .SelectMany(unit => (string[])[job.PartOf(unit), job.SummaryOf(unit)])
            .Select(path => Path.GetFileName(path))
            .ToHashSet();
        folder.Remove(name => !kept.Contains(name));
        return plan with { Done = [.. done.Select(unit => unit.Index)] };
    }

    private static IReadOnlyList<Problem> Work(FilterJob job, IReadOnlyList<WorkUnit> units) =>
        WorkerThreads.Run(units, job.Options.Workers, (unit, _) =>
        {
            new FilterUnit(job, unit).Run();
            job.Tell();
        });

    private static FilterReport Finish(FilterJob job, IReadOnlyList<WorkUnit> units, PartialFolder folder)
    {
        var summaries = units
            .Select(unit => job.ReadIfDone(unit) ?? throw new IOException(
                $"{job.SummaryOf(unit)} is gone, or another process has changed it. Give the same command again."))
            .ToList();
        var counts = summaries.Aggregate(
            FilterCounts.Zero(job.Pipeline), (sum, one) => sum.Plus(one.Counts, job.Options.Samples));
        var broken = SetAside(job, summaries, counts.Texts, folder);
        var report = new FilterReport(
            job.Options.OutputFolder, counts.Texts, counts.TextBytes, counts.Kept, counts.KeptBytes, broken,
            [
                .. counts.Rules.Select(rule => new FilterReport.Rule(
                    rule.Rule, rule.Removed, rule.RemovedBytes,
                    [.. rule.Samples.Select(sample => new FilterReport.Sample(sample.Value, sample.Text))])),
            ]);
        SyncedFile.Write(folder.File(ReportName), Encoding.UTF8.GetBytes(Lines(report, job.Pipeline)));
        folder.Remove(FilterPlan.IsSummary);
        folder.Commit();
        return report;
    }

    // A slice counts its lines from its own beginning; the slices before it say where that is.
    private static long SetAside(FilterJob job, List<FilterSummary> summaries, long texts, PartialFolder folder)
    {
        using var lines = new MemoryStream();
        using var writer = new StreamWriter(lines);
        var log = new QuarantineLog(job.Options.MaxBroken, writer);
        var before = new Dictionary<string, long>();
        foreach (var summary in summaries)
        {
            foreach (var line in summary.Broken)
                log.Add(line with { Line = line.Line + before.GetValueOrDefault(line.File) });
            foreach (var span in summary.Spans)
                before[span.File.Path] = before.GetValueOrDefault(span.File.Path) + span.Lines;
        }
        log.ThrowIfTooMany(texts, before.Values.Sum());
        writer.Flush();
        if (log.Count > 0)
            SyncedFile.Write(folder.File(QuarantineName), lines.ToArray());
        return log.Count;
    }

    private static string Lines(FilterReport report, FilterPipeline pipeline)
    {
        var lines = new StringBuilder();
        lines.AppendLine(JsonSerializer.Serialize(
            new
            {
                report.Texts,
                report.TextBytes,
                report.Kept,
                report.KeptBytes,
                report.Broken,
                Pipeline = pipeline.Text,
            },
            s_json));
        foreach (var rule in report.Rules)
            lines.AppendLine(JsonSerializer.Serialize(rule, s_json));
        return lines.ToString();
    }

    private static string PartialName(FilterOptions options) =>
        Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.OutputFolder)) + ".partial";
}
