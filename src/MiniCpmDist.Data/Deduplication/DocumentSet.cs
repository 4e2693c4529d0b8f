namespace MiniCpmDist.Data.Deduplication;

/// <summary>A set of documents: one bit for each document of the corpus.</summary>
internal sealed class DocumentSet(IReadOnlyList<ReadSummary> read)
{
    private const int BitsShift = 6;
    private const int BitsMask = 63;
    private readonly ulong[][] _units =
        [.. read.Select(unit => new ulong[(unit.Documents + BitsMask) >> BitsShift])];

    public void Add(long document)
    {
        var index = DocumentId.Index(document);
        _units[DocumentId.Unit(document)][index >> BitsShift] |= 1UL << (index & BitsMask);
    }

    public bool Contains(long document)
    {
        var index = DocumentId.Index(document);
        return (_units[DocumentId.Unit(document)][index >> BitsShift] & (1UL << (index & BitsMask))) != 0;
    }

    /// <summary>Adds the documents of all records of some files.</summary>
    public DocumentSet With<T>(IEnumerable<string> paths) where T : unmanaged, IOfDocument
    {
        foreach (var record in paths.SelectMany(RunFile.All<T>))
            Add(record.Document);
        return this;
    }
}
