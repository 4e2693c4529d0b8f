using System.Runtime.InteropServices;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>
/// Writes records to a file in chunks. In each chunk the records of a partition are together, so that one task can read
/// one partition of all files. Memory is two chunks.
/// </summary>
internal sealed class SpillWriter<T> : IDisposable where T : unmanaged, IKeyed
{
    private readonly WorkFile _file;
    private readonly int _partitions;
    private readonly T[] _records;
    private readonly T[] _dealt;
    private readonly List<int> _counts = [];
    private int _count;

    /// <param name="path">The file.</param>
    /// <param name="records">Of a chunk.</param>
    /// <param name="partitions">Of the keys.</param>
    public SpillWriter(string path, int records, int partitions)
    {
        (_file, _partitions) = (new WorkFile(path), partitions);
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
        _file.Content.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_counts)));
        _file.Content.Write(MemoryMarshal.AsBytes([_counts.Count]));
        _file.Finish();
    }

    public void Dispose() => _file.Dispose();

    private void Flush()
    {
        if (_count == 0)
            return;
        var counts = new int[_partitions];
        foreach (var record in _records.AsSpan(0, _count))
            counts[SpillFile.PartitionOf(record.Key, _partitions)]++;
        var next = new int[_partitions];
        for (var i = 1; i < next.Length; i++)
            next[i] = next[i - 1] + counts[i - 1];
        foreach (var record in _records.AsSpan(0, _count))
            _dealt[next[SpillFile.PartitionOf(record.Key, _partitions)]++] = record;
        _file.Content.Write(MemoryMarshal.AsBytes(_dealt.AsSpan(0, _count)));
        _counts.AddRange(counts);
        _count = 0;
    }
}
