using System.Text;
using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Filtering;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Building;
using MiniCpmDist.Data.Corpus;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Data.Filtering;

/// <summary>Filters one unit into one part.</summary>
internal sealed class FilterUnit(FilterJob job, WorkUnit unit)
{
    private const int TextsPerLook = 256;
    private readonly List<QuarantinedLine> _broken = [];
    private readonly QuarantineLog _quarantine = new(job.Options.MaxBroken);
    private FilterCounts _counts = FilterCounts.Zero(job.Pipeline);
    private long _linesBefore;
    private long _judged;

    /// <summary>Makes the part and its summary.</summary>
    /// <exception cref="ConfigurationException">A file or the classifier is not what it was taken for.</exception>
    public void Run()
    {
        var part = job.PartOf(unit);
        var spans = job.Pipeline.Classifier is { } classifier ? RunInTwoPasses(part, classifier) : RunRules(part, null);
        var summary = new FilterSummary(job.Plan.Fingerprint, spans, _counts, _broken);
        SyncedFile.Write(job.SummaryOf(unit), summary.Write());
        job.AddUnit();
    }

    // The program may answer after it has read everything, so what the rules keep waits on the disk.
    private List<UnitSpan> RunInTwoPasses(string part, ClassifierOptions classifier)
    {
        var candidates = part + ".candidates.zst";
        using var program = new ScoringProgram(classifier.Program);
        var spans = RunRules(candidates, program);
        var scores = program.Scores();
        using (var writer = new PartWriter(part, job.Options.Fields))
        {
            // The lines have been checked. Only one that grew beyond the bound of a line can be broken now.
            using var reader = new JsonLinesReader(
                candidates, span: null, job.Options.Fields, (_, reason) => throw TooLong(reason),
                job.Memory.LargeTexts);
            for (var next = 0; reader.Next(); next++)
            {
                if (classifier.Keeps(scores[next]))
                {
                    writer.WriteLine(reader.StoredLine);
                    continue;
                }
                var (text, bytes) = (TextOf(reader.Sample), reader.Sample.Bytes);
                _counts = (_counts with
                {
                    Texts = _counts.Texts - 1,
                    TextBytes = _counts.TextBytes - bytes,
                    Kept = _counts.Kept - 1,
                    KeptBytes = _counts.KeptBytes - bytes,
                }).WithRemoved(ClassifierOptions.RuleName, text, bytes, scores[next], job.Options.Samples);
            }
            writer.Finish();
        }
        File.Delete(candidates);
        return spans;
    }

    private List<UnitSpan> RunRules(string path, ScoringProgram? program)
    {
        using var writer = new PartWriter(path, job.Options.Fields);
        var problems = new ProblemCollector();
        var spans = unit.Spans.Select(span => problems.Try(() => Read(span, writer, program))).ToList();
        problems.ThrowIfAny();
        writer.Finish();
        return [.. spans.OfType<UnitSpan>()];
    }

    private UnitSpan Read(FileSpan span, PartWriter writer, ScoringProgram? program)
    {
        var file = job.Plan.Files[span.File];
        using var reader = SampleReader.Open(
            file.Path, span, job.Options.Fields, (line, reason) => SetAside(file, line, reason), job.Memory);
        var counted = 0L;
        while (reader.Next())
        {
            Judge(reader, writer, program);
            job.AddBytes(reader.BytesRead - counted);
            counted = reader.BytesRead;
            if (++_judged % TextsPerLook == 0)
                job.Tell();
        }
        job.AddBytes(span.Bytes - counted);
        if (SourceFile.Of(file.Path) != file)
        {
            throw new ConfigurationException([new Problem(
                file.Path, "a file that stays as it is while it is filtered", "one that has changed meanwhile",
                "give the same command again once it is complete")]);
        }
        _linesBefore += reader.LinesRead;
        return new UnitSpan(file, span.Start, span.End, reader.LinesRead, Sha256: null);
    }

    private void Judge(SampleReader reader, PartWriter writer, ScoringProgram? program)
    {
        var (text, bytes) = (TextOf(reader.Sample), reader.Sample.Bytes);
        if (job.Pipeline.Removes(text) is var (rule, value))
        {
            _counts = _counts.WithRemoved(rule.Name, text, bytes, value, job.Options.Samples);
            return;
        }
        _counts = _counts.WithKept(bytes);
        writer.Write(reader);
        program?.Offer(text);
    }

    // A pair is judged as one text.
    private static string TextOf(Sample sample) => sample.Input.WrittenCount == 0
        ? Encoding.UTF8.GetString(sample.Output.WrittenSpan)
        : $"{Encoding.UTF8.GetString(sample.Input.WrittenSpan)}\n{Encoding.UTF8.GetString(sample.Output.WrittenSpan)}";

    private ConfigurationException TooLong(string reason) => new([new Problem(
        job.Plan.Files[unit.Spans[0].File].Path, "texts that fit into a line of JSON", reason,
        "leave the longest texts out with a rule such as { measure: characters, most: 1000000 }")]);

    private void SetAside(SourceFile file, long line, string reason)
    {
        var broken = new QuarantinedLine(file.Path, line, reason);
        _broken.Add(broken);
        _quarantine.Add(broken);
        _quarantine.ThrowIfHopeless(_linesBefore + line);
    }
}
