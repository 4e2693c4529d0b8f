using System.Runtime.InteropServices;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>
/// Writes records to a file in chunks. In each chunk the records of a partition are together, so that one task can read
/// one partition of all files. Memory is two chunks.
/// </summary>
internal sealed class SpillWriter<T> : IDisposable where T : unmanaged, IKeyed
{
    private readonly string _path;
    private readonly string _temporary;
    private readonly FileStream _file;
    private readonly T[] _records;
    private readonly T[] _dealt;
    private readonly List<int> _counts = [];
    private int _count;

    public SpillWriter(string path, int records)
    {
        _path = path;
        _temporary = SyncedFile.Temporary(path);
        _file = new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        _records = new T[records];
        _dealt = new T[records];
    }

    public void Add(T record)
    {
        _records[_count++] = record;
        if (_count == _records.Length)
            Flush();
    }

    /// <summary>Writes what is left, and gives the file its name.</summary>
    public void Finish()
    {
        Flush();
        // The counts stand at the end, and their number after them.
        _file.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_counts)));
        _file.Write(MemoryMarshal.AsBytes([_counts.Count / Spill.Partitions]));
        _file.Flush(flushToDisk: true);
        _file.Dispose();
        SyncedFile.Publish(_temporary, _path);
    }

    public void Dispose() => _file.Dispose();

    private void Flush()
    {
        if (_count == 0)
            return;
        var counts = new int[Spill.Partitions];
        foreach (var record in _records.AsSpan(0, _count))
            counts[Spill.PartitionOf(record.Key)]++;
        var next = new int[Spill.Partitions];
        for (var i = 1; i < next.Length; i++)
            next[i] = next[i - 1] + counts[i - 1];
        foreach (var record in _records.AsSpan(0, _count))
            _dealt[next[Spill.PartitionOf(record.Key)]++] = record;
        _file.Write(MemoryMarshal.AsBytes(_dealt.AsSpan(0, _count)));
        _counts.AddRange(counts);
        _count = 0;
    }
}
