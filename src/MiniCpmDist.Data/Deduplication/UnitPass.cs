using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Building;
using MiniCpmDist.Data.Corpus;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>Reads the documents of a unit, as often as stages need them, always in the same order.</summary>
internal static class UnitPass
{
    /// <summary>Takes a document.</summary>
    /// <param name="index">Its place among the unit's.</param>
    /// <param name="file">The file that it is in.</param>
    /// <param name="line">Its line, counted from the beginning of the slice.</param>
    /// <param name="sample">Its text, valid during the call.</param>
    public delegate void Visit(int index, int file, long line, Sample sample);

    /// <summary>Reads all documents.</summary>
    /// <returns>What was read, with its lines.</returns>
    /// <exception cref="ConfigurationException">A file cannot be read, or has changed.</exception>
    public static List<UnitSpan> Run(
        DedupJob job, WorkUnit unit, Visit visit, Action<string, long, string>? quarantine = null)
    {
        var index = 0;
        var problems = new ProblemCollector();
        var spans = unit.Spans.Select(span => problems.Try(() =>
        {
            var file = job.Plan.Files[span.File];
            using var reader = SampleReader.Open(
                file.Path, span, job.Options.Fields, (line, reason) => quarantine?.Invoke(file.Path, line, reason),
                job.Memory);
            var counted = 0L;
            while (reader.Next())
            {
                visit(index++, span.File, reader.FirstLine, reader.Sample);
                Count(reader.BytesRead);
            }
            Count(span.Bytes);
            if (SourceFile.Of(file.Path) != file)
            {
                throw new ConfigurationException([new Problem(
                    file.Path, "a file that stays as it is during the work", "one that has changed meanwhile",
                    "give the same command again once it is complete")]);
            }
            return new UnitSpan(file, span.Start, span.End, reader.LinesRead, Sha256: null);

            void Count(long bytes)
            {
                job.Counters.AddBytes(bytes - counted);
                counted = bytes;
            }
        })).ToList();
        problems.ThrowIfAny();
        return spans!;
    }
}
