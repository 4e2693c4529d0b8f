using System.Globalization;
using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Deduplication;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>Writes what is left of a unit, and what was removed and why.</summary>
internal sealed class WriteStage(
    DedupJob job, CorpusPlaces places, EvaluationNgrams? against, IReadOnlySet<long> shown)
{
    public const string Name = "write";
    public const string Removed = "removed";

    public object Run(int task)
    {
        using var unit = new Unit(job, places, against, shown, task);
        return unit.Run();
    }

    /// <summary>Name of the file with what is left of a unit.</summary>
    public static string PartName(int task) =>
        string.Create(CultureInfo.InvariantCulture, $"part-{task:D5}.jsonl.gz");

    /// <summary>What writing one unit needs.</summary>
    private sealed class Unit : IDisposable
    {
        private const int ShownBytes = 400;
        private readonly DedupJob _job;
        private readonly EvaluationNgrams? _against;
        private readonly IReadOnlySet<long> _shown;
        private readonly int _task;
        private readonly Dictionary<long, CopyRecord> _exact;
        private readonly Dictionary<long, CopyRecord> _near;
        private readonly Dictionary<long, AgainstRecord> _contaminated;
        private readonly ILookup<long, RepeatRecord> _stretches;
        private readonly LineFile _kept;
        private readonly RemovedFile _removed;
        private readonly SampleText _text = new();
        private readonly WordList _words = new();
        private readonly Dictionary<string, long> _bySet = [];
        private readonly List<ShownText> _samples = [];
        private WriteSummary _sum;

        public Unit(
            DedupJob job, CorpusPlaces places, EvaluationNgrams? against, IReadOnlySet<long> shown, int task)
        {
            (_job, _against, _shown, _task) = (job, against, shown, task);
            var options = job.Options;
            _exact = Copies(options.Exact, job.Files(ExactStage.Name, ExactStage.Copies, job.Partitions));
            _near = Copies(options.Near, job.Files(ClusterStage.Name, ClusterStage.Copies, 1));
            _contaminated = RunFile.OfUnit<AgainstRecord>([job.File(ReadStage.Name, task, ReadStage.Against)], task)
                .ToDictionary(record => record.Document);
            _stretches = RunFile.OfUnit<RepeatRecord>(
                options.Substrings == 0 ? [] : job.Files(StretchStage.Name, StretchStage.Places, job.Partitions),
                task).ToLookup(record => record.Document);
            _kept = new LineFile(job.Packed(PartName(task)));
            _removed = new RemovedFile(job.File(Name, task, Removed), places);
            _sum = new WriteSummary(0, 0, 0, 0, 0, 0, 0, _bySet, _samples);
        }

        public WriteSummary Run()
        {
            UnitPass.Run(_job, _job.Units[_task], (index, _, _, sample) => Take(DocumentId.Of(_task, index), sample));
            _removed.Finish();
            if (_kept.Lines > 0)
                _kept.Finish();
            return _sum;
        }

        public void Dispose()
        {
            _kept.Dispose();
            _removed.Dispose();
        }

        private Dictionary<long, CopyRecord> Copies(bool isDone, IReadOnlyList<string> files) =>
            RunFile.OfUnit<CopyRecord>(isDone ? files : [], _task).ToDictionary(copy => copy.Document);

        private void Take(long document, Sample sample)
        {
            var isNear = _near.TryGetValue(document, out var near);
            if (_shown.Contains(document))
            {
                _samples.Add(new ShownText(
                    document, TextBeginning.Of(_text.Of(sample), ShownBytes),
                    isNear && !double.IsNaN(near.Similarity) ? near.Similarity : null));
            }
            if (_contaminated.TryGetValue(document, out var match))
                RemoveAgainst(document, sample, match);
            else if (_exact.TryGetValue(document, out var copy))
            {
                _removed.AddCopy("exact", copy);
                _sum = _sum with { Exact = _sum.Exact + 1 };
            }
            else if (isNear)
            {
                _removed.AddCopy("near", near);
                _sum = _sum with { Near = _sum.Near + 1 };
            }
            else if (_stretches.Contains(document))
                Cut(document, sample);
            else
                Keep(sample.Input.WrittenSpan, sample.Output.WrittenSpan);
        }

        private void RemoveAgainst(long document, Sample sample, AgainstRecord match)
        {
            var text = _text.Of(sample);
            _words.Clear();
            _words.Add(text);
            var (file, place) = _against![match.Item];
            _bySet[file] = _bySet.GetValueOrDefault(file) + 1;
            _removed.AddAgainst(
                document, place, text[_words.Starts[match.Place].._words.Ends[match.Place + match.Words - 1]]);
        }

        private void Cut(long document, Sample sample)
        {
            var text = sample.Output.WrittenSpan;
            _words.Clear();
            _words.Add(text);
            var ranges = RemovedStretches.Of(
                _stretches[document].Select(stretch => (stretch.Place, stretch.First != 0)),
                _job.Options.Substrings, _words.Count);
            if (ranges.Count == 0)
            {
                Keep([], text);
                return;
            }
            _removed.AddCut(document, text, _words, ranges);
            var left = RemovedStretches.Cut(text, _words, ranges);
            var isEmptied = ranges.Sum(range => range.End - range.Start) == _words.Count;
            _sum = _sum with
            {
                Cut = _sum.Cut + (isEmptied ? 0 : 1),
                Emptied = _sum.Emptied + (isEmptied ? 1 : 0),
                CutBytes = _sum.CutBytes + text.Length - (isEmptied ? 0 : left.Length),
            };
            if (!isEmptied)
                Keep([], left);
        }

        private void Keep(ReadOnlySpan<byte> input, ReadOnlySpan<byte> output)
        {
            _kept.WriteSample(input, output);
            _sum = _sum with { Documents = _sum.Documents + 1, Bytes = _sum.Bytes + input.Length + output.Length };
        }
    }
}
