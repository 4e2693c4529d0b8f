using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Building;
using MiniCpmDist.Data.Corpus;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>Makes the folder out of what the stages have left, on rank 0.</summary>
internal sealed class DedupPacker(DedupJob job, BuildFolder folder, CorpusPlaces places, EvaluationNgrams? against)
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes down what gave no text.</summary>
    /// <exception cref="ConfigurationException">These lines are too many.</exception>
    public static void Quarantine(DedupJob job, IReadOnlyList<ReadSummary> read, CorpusPlaces places)
    {
        var path = job.Packed(DedupFiles.Quarantine);
        using (var writer = new StreamWriter(path))
        {
            var log = new QuarantineLog(job.Options.MaxBroken, writer);
            for (var unit = 0; unit < read.Count; unit++)
            {
                foreach (var line in File.ReadLines(job.File(ReadStage.Name, unit, ReadStage.Quarantine))
                    .Select(QuarantineLog.Parse))
                    log.Add(line with { Line = line.Line + places.LinesBefore(unit) });
            }
            log.ThrowIfTooMany(read.Sum(unit => unit.Documents), places.Lines);
        }
        if (read.All(unit => unit.Quarantined == 0))
            File.Delete(path);
    }

    /// <summary>Publishes the folder.</summary>
    /// <exception cref="ConfigurationException">Nothing is left.</exception>
    public DedupReport Run(IReadOnlyList<ReadSummary> read)
    {
        var written = job.Summaries<WriteSummary>(WriteStage.Name, job.Units.Count);
        var report = Report(read, written);
        if (report.KeptDocuments == 0)
        {
            throw new ConfigurationException([new Problem(
                "corpus", "texts that evaluation sets do not have", "none: all of them would be removed",
                "check what --against names")]);
        }
        Join();
        var lines = new List<string> { JsonSerializer.Serialize(report with
        {
            Near = report.Near is null ? null : report.Near with { Largest = [] },
        }, s_json) };
        lines.AddRange(report.Near?.Largest.Select(cluster => JsonSerializer.Serialize(cluster, s_json)) ?? []);
        SyncedFile.Write(
            job.Packed(DedupFiles.Report), Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))));
        foreach (var left in Directory.EnumerateFiles(folder.Packed, "*" + SyncedFile.TemporarySuffix).ToList())
            File.Delete(left);
        folder.Commit();
        return report;
    }

    // Files of gzip can be joined as they are.
    private void Join()
    {
        var path = job.Packed(DedupFiles.Removed);
        var temporary = SyncedFile.Temporary(path);
        using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
        {
            foreach (var removed in job.Files(WriteStage.Name, WriteStage.Removed, job.Units.Count))
            {
                using var part = InputFile.Open(removed);
                part.CopyTo(file);
            }
            file.Flush(flushToDisk: true);
        }
        SyncedFile.Publish(temporary, path);
    }

    private DedupReport Report(IReadOnlyList<ReadSummary> read, IReadOnlyList<WriteSummary> written)
    {
        var options = job.Options;
        var sets = written.SelectMany(unit => unit.Against).GroupBy(set => set.Key, set => set.Value)
            .OrderBy(set => set.Key, StringComparer.Ordinal).ToDictionary(set => set.Key, set => set.Sum());
        return new DedupReport(
            options.OutputFolder, read.Sum(unit => unit.Documents), read.Sum(unit => unit.Bytes),
            written.Sum(unit => unit.Documents), written.Sum(unit => unit.Bytes), read.Sum(unit => unit.Quarantined),
            options.Exact ? written.Sum(unit => unit.Exact) : null,
            options.Near ? Near(written) : null,
            options.Substrings == 0 ? null : new SubstringReport(
                options.Substrings, written.Sum(unit => unit.Cut), written.Sum(unit => unit.Emptied),
                written.Sum(unit => unit.CutBytes)),
            against is null ? null : new AgainstReport(
                options.Ngram, sets.Values.Sum(), against.Texts, against.TooShort, sets));
    }

    private NearReport Near(IReadOnlyList<WriteSummary> written)
    {
        var compared = job.Summaries<CompareSummary>(CompareStage.Name, job.Partitions);
        var clusters = job.Summary<ClusterSummary>(ClusterStage.Name, 0)!;
        var samples = written.SelectMany(unit => unit.Samples).ToDictionary(sample => sample.Document);
        var cut = job.Options.Cut;
        return new NearReport(
            written.Sum(unit => unit.Near), compared.Sum(part => part.Compared), compared.Sum(part => part.Similar),
            clusters.Clusters, cut.Bands, cut.Rows,
            [.. clusters.Shown.Select(cluster => new ClusterReport(
                cluster.Documents, Text(cluster.Kept), [.. cluster.Copies.Select(Text)]))]);

        TextReport Text(long document)
        {
            var (file, line) = places[document];
            var sample = samples[document];
            return new TextReport(file, line, sample.Text, sample.Similarity);
        }
    }
}
