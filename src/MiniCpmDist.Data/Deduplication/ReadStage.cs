using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Deduplication;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Building;
using MiniCpmDist.Data.Corpus;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>
/// Reads a unit for the first time: the hash of each text, the keys of its buckets, and its n-grams that an evaluation
/// set has. A text that shares one is compared with no other.
/// </summary>
internal sealed class ReadStage(DedupJob job, EvaluationNgrams? against)
{
    public const string Name = "read";
    public const string Documents = "documents";
    public const string Exact = "exact";
    public const string Bands = "bands";
    public const string Against = "against";
    public const string Quarantine = "quarantine";
    private const int RecordsShare = 8;

    public object Run(int task)
    {
        using var unit = new Unit(job, against, task);
        return unit.Run();
    }

    /// <summary>What reading one unit needs.</summary>
    private sealed class Unit : IDisposable
    {
        private readonly DedupJob _job;
        private readonly int _task;
        private readonly NgramIndex? _against;
        private readonly SpillWriter<ExactRecord> _exact;
        private readonly SpillWriter<BandRecord> _bands;
        private readonly RunWriter<AgainstRecord> _found;
        private readonly List<DocumentRecord> _documents = [];
        private readonly SampleText _text = new();
        private readonly WordList _words = new();
        private readonly ShingleSet _shingles;
        private readonly MinHasher _hasher;
        private readonly LshBands _cut;
        private readonly ulong[] _keys;
        private readonly string _quarantinePath;
        private readonly StreamWriter _quarantineFile;
        private readonly QuarantineLog _quarantine;
        private long _bytes;
        private long _contaminated;

        public Unit(DedupJob job, EvaluationNgrams? against, int task)
        {
            (_job, _task, _against) = (job, task, against?.Index.ForThread());
            var options = job.Options;
            _shingles = new ShingleSet(options.Shingle);
            _hasher = new MinHasher(options.Permutations);
            _cut = options.Cut;
            _keys = new ulong[_cut.Bands];
            _exact = job.Spill<ExactRecord>(Name, task, Exact, RecordsShare);
            _bands = job.Spill<BandRecord>(Name, task, Bands);
            _found = job.Runs<AgainstRecord>(Name, task, Against, RecordsShare);
            _quarantinePath = job.File(Name, task, Quarantine);
            _quarantineFile = new StreamWriter(_quarantinePath);
            _quarantine = new QuarantineLog(options.MaxBroken, _quarantineFile);
        }

        public ReadSummary Run()
        {
            var spans = UnitPass.Run(_job, _job.Units[_task], Take, (file, line, reason) =>
            {
                _quarantine.Add(new QuarantinedLine(file, line, reason));
                _quarantine.ThrowIfHopeless(_documents.Count + _quarantine.Count);
            });
            _quarantineFile.Flush();
            DocumentTable.Write(_job.File(Name, _task, Documents), _documents);
            _exact.Finish();
            _bands.Finish();
            _found.Finish();
            return new ReadSummary(spans, _documents.Count, _bytes, _quarantine.Count, _contaminated);
        }

        public void Dispose()
        {
            _exact.Dispose();
            _bands.Dispose();
            _found.Dispose();
            _quarantineFile.Dispose();
        }

        private void Take(int index, int file, long line, Sample sample)
        {
            var document = DocumentId.Of(_task, index);
            var text = _text.Of(sample);
            var (high, low) = SampleText.Hash(text, sample);
            _documents.Add(new DocumentRecord(high, low, line, file, text.Length));
            _bytes += text.Length;
            var needsWords = _against is not null || _job.Options.Near;
            _words.Clear();
            if (needsWords)
                _words.Add(text);
            if (_against?.Find(_words.Hashes) is { } match)
            {
                _found.Add(new AgainstRecord(document, match.Item, match.Place, match.Words, Unused: 0));
                _contaminated++;
                return;
            }
            if (_job.Options.Exact)
                _exact.Add(new ExactRecord(high, low, document));
            if (_job.Options.Near)
                AddBands(document);
        }

        private void AddBands(long document)
        {
            _shingles.Fill(_words.Hashes);
            if (_shingles.Count == 0)
                return;
            _cut.Keys(_hasher.Sign(_shingles.Shingles), _keys);
            foreach (var key in _keys)
                _bands.Add(new BandRecord(key, document));
        }
    }
}
