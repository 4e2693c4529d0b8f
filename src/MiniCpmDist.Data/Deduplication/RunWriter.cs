using System.Runtime.InteropServices;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>
/// Writes records about documents in sorted runs, so that the records of a unit can be found. Memory is one run.
/// </summary>
internal sealed class RunWriter<T> : IDisposable where T : unmanaged, IOfDocument, IComparable<T>
{
    private readonly WorkFile _file;
    private readonly List<T> _records = [];
    private readonly List<int> _runs = [];
    private readonly int _most;

    public RunWriter(string path, int records)
    {
        (_file, _most) = (new WorkFile(path), records);
    }

    public void Add(T record)
    {
        _records.Add(record);
        if (_records.Count == _most)
            Flush();
    }

    /// <summary>Writes what is left, and gives the file its name.</summary>
    public void Finish()
    {
        Flush();
        _file.Content.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_runs)));
        _file.Content.Write(MemoryMarshal.AsBytes([_runs.Count]));
        _file.Finish();
    }

    public void Dispose() => _file.Dispose();

    private void Flush()
    {
        if (_records.Count == 0)
            return;
        _records.Sort();
        _file.Content.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_records)));
        _runs.Add(_records.Count);
        _records.Clear();
    }
}
