using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>Reads what <see cref="RunWriter{T}"/> has written.</summary>
internal static class RunFile
{
    /// <summary>All records of a file, run by run.</summary>
    public static IEnumerable<T> All<T>(string path) where T : unmanaged, IOfDocument
    {
        using var file = File.OpenHandle(path);
        foreach (var (start, count) in Runs<T>(path, file))
        {
            const int Most = 1 << 14;
            for (var at = 0; at < count; at += Most)
            {
                foreach (var record in Read<T>(path, file, start, at, Math.Min(Most, count - at)))
                    yield return record;
            }
        }
    }

    /// <summary>The records about documents of a unit, out of several files, by document.</summary>
    public static List<T> OfUnit<T>(IEnumerable<string> paths, int unit)
        where T : unmanaged, IOfDocument, IComparable<T>
    {
        var found = new List<T>();
        foreach (var path in paths)
        {
            using var file = File.OpenHandle(path);
            foreach (var (start, count) in Runs<T>(path, file))
            {
                var from = LowerBound<T>(path, file, start, count, DocumentId.Of(unit, 0));
                var to = LowerBound<T>(path, file, start, count, DocumentId.Of(unit + 1, 0));
                found.AddRange(Read<T>(path, file, start, from, to - from));
            }
        }
        found.Sort();
        return found;
    }

    private static int LowerBound<T>(
        string path, SafeFileHandle file, long start, int count, long document)
        where T : unmanaged, IOfDocument
    {
        var (low, high) = (0, count);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (Read<T>(path, file, start, middle, 1)[0].Document < document)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private static T[] Read<T>(
        string path, SafeFileHandle file, long start, int from, int count)
        where T : unmanaged
    {
        var records = new T[count];
        var bytes = MemoryMarshal.AsBytes(records.AsSpan());
        for (var done = 0; done < bytes.Length;)
        {
            var now = RandomAccess.Read(file, bytes[done..], start + (long)from * Unsafe.SizeOf<T>() + done);
            done += now > 0 ? now : throw WorkFile.Damaged(path);
        }
        return records;
    }

    private static List<(long Start, int Count)> Runs<T>(
        string path, SafeFileHandle file) where T : unmanaged
    {
        var length = RandomAccess.GetLength(file);
        Span<int> number = [0];
        if (RandomAccess.Read(file, MemoryMarshal.AsBytes(number), length - sizeof(int)) != sizeof(int))
            throw WorkFile.Damaged(path);
        var counts = new int[number[0]];
        var bytes = MemoryMarshal.AsBytes(counts.AsSpan());
        if (RandomAccess.Read(file, bytes, length - sizeof(int) - bytes.Length) != bytes.Length)
            throw WorkFile.Damaged(path);
        var runs = new List<(long, int)>();
        var at = 0L;
        foreach (var count in counts)
        {
            runs.Add((at, count));
            at += (long)count * Unsafe.SizeOf<T>();
        }
        return runs;
    }
}
