using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MiniCpmDist.Data.TokenFolders;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>What is known of each document, read from the files of all units; it takes no memory of its own.</summary>
internal sealed class DocumentTable : IDisposable
{
    private readonly MappedFile?[] _units;

    public DocumentTable(DedupJob job, IReadOnlyList<ReadSummary> read) =>
        _units = [.. read.Select((unit, task) =>
            unit.Documents == 0 ? null : new MappedFile(job.File(ReadStage.Name, task, ReadStage.Documents)))];

    public DocumentRecord this[long document]
    {
        get
        {
            Span<DocumentRecord> record = stackalloc DocumentRecord[1];
            _units[DocumentId.Unit(document)]!.Read(
                (long)DocumentId.Index(document) * Unsafe.SizeOf<DocumentRecord>(), record);
            return record[0];
        }
    }

    /// <summary>Writes the table of a unit.</summary>
    public static void Write(string path, List<DocumentRecord> documents)
    {
        using var file = new WorkFile(path);
        file.Content.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(documents)));
        file.Finish();
    }

    public void Dispose()
    {
        foreach (var unit in _units)
            unit?.Dispose();
    }
}
