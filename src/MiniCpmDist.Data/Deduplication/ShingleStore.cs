using System.Runtime.InteropServices;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>The shingles that <see cref="ShingleStage"/> has written. Memory is sixteen bytes a document of a
/// pair.</summary>
internal sealed class ShingleStore : IDisposable
{
    private readonly int[][] _indices;
    private readonly long[][] _starts;
    private readonly MappedFile?[] _files;

    public ShingleStore(DedupJob job)
    {
        var units = job.Units.Count;
        (_indices, _starts, _files) = (new int[units][], new long[units][], new MappedFile?[units]);
        for (var task = 0; task < units; task++)
        {
            var bytes = RegularFile.ReadBytes(job.File(ShingleStage.Name, task, ShingleStage.Places), int.MaxValue);
            var places = MemoryMarshal.Cast<byte, (int Index, int Count)>(bytes);
            _indices[task] = new int[places.Length];
            _starts[task] = new long[places.Length + 1];
            for (var i = 0; i < places.Length; i++)
            {
                _indices[task][i] = places[i].Index;
                _starts[task][i + 1] = _starts[task][i] + places[i].Count;
            }
            if (_starts[task][^1] > 0)
                _files[task] = new MappedFile(job.File(ShingleStage.Name, task, ShingleStage.Shingles));
        }
    }

    /// <summary>Number of a document's shingles.</summary>
    public int Count(long document)
    {
        var (unit, place) = Find(document);
        return (int)(_starts[unit][place + 1] - _starts[unit][place]);
    }

    /// <summary>A document's shingles, sorted and distinct.</summary>
    /// <param name="document">One of a pair.</param>
    /// <param name="buffer">Grows as it must.</param>
    public ReadOnlySpan<uint> Read(long document, ref uint[] buffer)
    {
        var (unit, place) = Find(document);
        var count = Count(document);
        if (buffer.Length < count)
            buffer = new uint[2 * count];
        var shingles = buffer.AsSpan(0, count);
        if (count > 0)
            _files[unit]!.Read(_starts[unit][place] * sizeof(uint), shingles);
        return shingles;
    }

    public void Dispose()
    {
        foreach (var file in _files)
            file?.Dispose();
    }

    private (int Unit, int Place) Find(long document)
    {
        var unit = DocumentId.Unit(document);
        return (unit, Array.BinarySearch(_indices[unit], DocumentId.Index(document)));
    }
}
