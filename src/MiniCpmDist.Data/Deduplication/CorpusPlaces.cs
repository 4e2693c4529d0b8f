namespace MiniCpmDist.Data.Deduplication;

/// <summary>Where documents stand: file and line. A slice counts its lines from its own beginning; the slices before it
/// say where that is.</summary>
internal sealed class CorpusPlaces
{
    private readonly DedupJob _job;
    private readonly DocumentTable _table;
    private readonly long[] _linesBefore;

    public CorpusPlaces(DedupJob job, DocumentTable table, IReadOnlyList<ReadSummary> read)
    {
        (_job, _table) = (job, table);
        _linesBefore = new long[read.Count];
        var lines = new Dictionary<string, long>();
        for (var unit = 0; unit < read.Count; unit++)
        {
            // Only a unit of one slice begins within a file.
            var first = read[unit].Spans[0].File.Path;
            _linesBefore[unit] = lines.GetValueOrDefault(first);
            foreach (var span in read[unit].Spans)
                lines[span.File.Path] = lines.GetValueOrDefault(span.File.Path) + span.Lines;
        }
        Lines = lines.Values.Sum();
    }

    /// <summary>All lines of the corpus.</summary>
    public long Lines { get; }

    /// <summary>The place of a document.</summary>
    public (string File, long Line) this[long document]
    {
        get
        {
            var record = _table[document];
            return (_job.Plan.Files[record.File].Path, record.Line + LinesBefore(DocumentId.Unit(document)));
        }
    }

    /// <summary>What is added to the lines of a unit.</summary>
    public long LinesBefore(int unit) => _linesBefore[unit];
}
