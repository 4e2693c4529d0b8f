using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>Reads what <see cref="SpillWriter{T}"/> has written.</summary>
internal static class SpillFile
{
    /// <summary>The partition of a key, by its high bits.</summary>
    public static int PartitionOf(ulong key, int partitions) =>
        (int)Math.BigMul(key, (ulong)partitions, out _);

    /// <summary>
    /// The records of a partition of several files, in sorted lots. Records with equal keys are in one lot. A partition
    /// with more records than <paramref name="most"/> is read several times, a part of its keys each time.
    /// </summary>
    public static IEnumerable<ArraySegment<T>> Read<T>(
        IReadOnlyList<string> paths, int partition, int partitions, int most)
        where T : unmanaged, IKeyed, IComparable<T>
    {
        var segments = paths.SelectMany(path => Segments<T>(path))
            .Where((_, place) => place % partitions == partition)
            .Where(segment => segment.Count > 0).ToList();
        var total = segments.Sum(segment => (long)segment.Count);
        var rounds = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, (total + most - 1) / most));
        var records = Array.Empty<T>();
        for (var round = 0; round < rounds; round++)
        {
            var count = 0;
            foreach (var segment in segments)
                count = Append(segment, round, rounds, ref records, count);
            Array.Sort(records, 0, count);
            yield return new ArraySegment<T>(records, 0, count);
        }
    }

    /// <summary>All records of a file, in no order.</summary>
    public static IEnumerable<T> All<T>(string path) where T : unmanaged, IKeyed
    {
        foreach (var segment in Segments<T>(path))
        {
            var records = Array.Empty<T>();
            Append(segment, round: 0, rounds: 1, ref records, count: 0);
            foreach (var record in records)
                yield return record;
        }
    }

    private static int Append<T>(
        (string Path, long Start, int Count) segment, int round, int rounds, ref T[] records, int count)
        where T : unmanaged, IKeyed
    {
        if (records.Length < count + segment.Count)
            Array.Resize(ref records, Math.Max(count + segment.Count, records.Length + records.Length / 4));
        var read = records.AsSpan(count, segment.Count);
        using (var file = File.OpenHandle(segment.Path))
        {
            var bytes = MemoryMarshal.AsBytes(read);
            for (var done = 0; done < bytes.Length;)
            {
                var now = RandomAccess.Read(file, bytes[done..], segment.Start + done);
                done += now > 0 ? now : throw WorkFile.Damaged(segment.Path);
            }
        }
        if (rounds == 1)
            return count + segment.Count;
        foreach (var record in read)
        {
            if ((int)(record.Key & (ulong)(rounds - 1)) == round)
                records[count++] = record;
        }
        return count;
    }

    // Chunk by chunk, and in a chunk by partition.
    private static List<(string Path, long Start, int Count)> Segments<T>(string path) where T : unmanaged
    {
        var segments = new List<(string, long, int)>();
        using var file = File.OpenHandle(path);
        var length = RandomAccess.GetLength(file);
        Span<int> number = [0];
        if (RandomAccess.Read(file, MemoryMarshal.AsBytes(number), length - sizeof(int)) != sizeof(int))
            throw WorkFile.Damaged(path);
        var counts = new int[number[0]];
        var bytes = MemoryMarshal.AsBytes(counts.AsSpan());
        if (RandomAccess.Read(file, bytes, length - sizeof(int) - bytes.Length) != bytes.Length)
            throw WorkFile.Damaged(path);
        var at = 0L;
        foreach (var count in counts)
        {
            segments.Add((path, at, count));
            at += (long)count * Unsafe.SizeOf<T>();
        }
        return segments;
    }
}
