using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using MiniCpmDist.Core.Ranks;

namespace MiniCpmDist.Engine.Quantization;

/// <summary>
/// How the ranks of a world share the work of a layer: sequences in turn, and rows of sums and matrices in stretches.
/// What comes out has the same bits for any number of ranks and threads.
/// </summary>
internal sealed class RankShares
{
    private readonly ICommunicator _world;

    private RankShares(ICommunicator world, int threads) => (_world, Threads) = (world, threads);

    /// <summary>Threads of each rank: the fewest that any of them has.</summary>
    public int Threads { get; }

    public bool IsFirst => _world.Rank == 0;

    /// <param name="world">Who shares the work.</param>
    /// <param name="threads">Of this rank.</param>
    public static RankShares OfCollective(ICommunicator world, int threads)
    {
        var all = new int[world.WorldSize];
        world.AllGatherCollective(MemoryMarshal.AsBytes([threads]), MemoryMarshal.AsBytes(all.AsSpan()));
        return new RankShares(world, all.Min());
    }

    /// <summary>The sequences that this rank computes.</summary>
    public IEnumerable<int> Mine(int count)
    {
        for (var i = _world.Rank; i < count; i += _world.WorldSize)
            yield return i;
    }

    /// <summary>Does something for each item with all threads; throws what the first that fails has thrown.</summary>
    public void Each(IEnumerable<int> items, Action<int> body)
    {
        try
        {
            Parallel.ForEach(items, new ParallelOptions { MaxDegreeOfParallelism = Threads }, body);
        }
        catch (AggregateException exception)
        {
            // A full disk is to be told as such.
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }

    /// <summary>Waits for all ranks.</summary>
    public void MeetCollective() => _world.BarrierCollective();

    /// <summary>Rank 0's number, on all ranks.</summary>
    public int FirstsCollective(int number)
    {
        Span<int> shared = [number];
        _world.BroadcastCollective(MemoryMarshal.AsBytes(shared));
        return shared[0];
    }

    /// <summary>The stretch of this rank, where each has so many of all but the last ones.</summary>
    public (int First, int Count, int Each) Stretch(int all)
    {
        var each = (all + _world.WorldSize - 1) / _world.WorldSize;
        var first = Math.Min(all, _world.Rank * each);
        return (first, Math.Min(each, all - first), each);
    }

    /// <summary>Fills the stretches of the other ranks in.</summary>
    /// <param name="all">This rank's stretch is filled.</param>
    /// <param name="each">Elements of a stretch, but for the last ones.</param>
    public void FillCollective<T>(T[] all, int each)
        where T : unmanaged
    {
        if (_world.WorldSize == 1)
            return;
        var (own, received) = (new T[each], new T[(long)each * _world.WorldSize]);
        var first = Math.Min(all.Length, _world.Rank * each);
        all.AsSpan(first, Math.Min(each, all.Length - first)).CopyTo(own);
        _world.AllGatherCollective(MemoryMarshal.AsBytes(own.AsSpan()), MemoryMarshal.AsBytes(received.AsSpan()));
        received.AsSpan(0, all.Length).CopyTo(all);
    }

    /// <summary>
    /// Sums of square matrices over sequences, in the order of the sequences, in float64. Each rank adds up a stretch
    /// of rows, for which the others send it theirs.
    /// </summary>
    /// <param name="count">Sequences.</param>
    /// <param name="names">Of the matrices.</param>
    /// <param name="productsOf">The matrices of a sequence, for several threads at once; empty where it has
    /// none.</param>
    /// <returns>By name; those that no sequence has are missing.</returns>
    public Dictionary<string, double[]> SumCollective(
        int count, IReadOnlyList<string> names, Func<int, Dictionary<string, float[]>> productsOf)
    {
        var sums = new Dictionary<string, (double[] Rows, int Columns)>();
        var round = _world.WorldSize * Threads;
        for (var first = 0; first < count; first += round)
        {
            int[] mine = [.. Mine(Math.Min(round, count - first)).Select(i => first + i)];
            var products = new Dictionary<string, float[]>[mine.Length];
            Each(Enumerable.Range(0, mine.Length), i => products[i] = productsOf(mine[i]));
            for (var i = 0; i < Threads; i++)
            {
                foreach (var name in names)
                    AddCollective(sums, name, i < mine.Length ? products[i].GetValueOrDefault(name) ?? [] : []);
            }
        }
        return sums.ToDictionary(entry => entry.Key, entry => GatherCollective(entry.Value.Rows, entry.Value.Columns));
    }

    // One sequence of each rank, in the order of the ranks, which is that of the sequences.
    private void AddCollective(Dictionary<string, (double[] Rows, int Columns)> sums, string name, float[] product)
    {
        var lengths = new int[_world.WorldSize];
        _world.AllGatherCollective(
            MemoryMarshal.AsBytes([product.Length]), MemoryMarshal.AsBytes(lengths.AsSpan()));
        if (lengths.Max() == 0)
            return;
        var columns = (int)Math.Sqrt(lengths.Max());
        var (_, rows, _) = Stretch(columns);
        if (!sums.TryGetValue(name, out var sum))
            sums.Add(name, sum = (new double[rows * columns], columns));
        var received = ExchangeCollective(product, lengths, columns);
        for (var rank = 0; rank < _world.WorldSize; rank++)
        {
            for (var i = 0; i < received[rank].Length; i++)
                sum.Rows[i] += received[rank][i];
        }
    }

    // Sends each rank the rows that it adds up, and takes the own rows of all.
    private float[][] ExchangeCollective(float[] product, int[] lengths, int columns)
    {
        var (world, own) = (_world.WorldSize, _world.Rank);
        var each = (columns + world - 1) / world;
        var received = new float[world][];
        for (var step = 0; step < world; step++)
        {
            // Both of a pair come to each other at the same step.
            var peer = (step - own + world) % world;
            var sent = lengths[own] == 0 ? [] : product.AsSpan(First(peer), Elements(peer)).ToArray();
            if (peer == own)
            {
                received[own] = sent;
                continue;
            }
            received[peer] = new float[lengths[peer] == 0 ? 0 : Elements(own)];
            var (send, receive) = (Pin(sent), Pin(received[peer]));
            _world.ExchangeCollective(
                peer, send.AddrOfPinnedObject(), (long)sent.Length * sizeof(float), receive.AddrOfPinnedObject(),
                (long)received[peer].Length * sizeof(float));
            send.Free();
            receive.Free();
        }
        return received;

        int First(int rank) => Math.Min(columns, rank * each) * columns;

        int Elements(int rank) => Math.Min(each * columns, columns * columns - First(rank));

        static GCHandle Pin(float[] values) => GCHandle.Alloc(values, GCHandleType.Pinned);
    }

    private double[] GatherCollective(double[] rows, int columns)
    {
        if (_world.WorldSize == 1)
            return rows;
        var (first, _, each) = Stretch(columns);
        var all = new double[columns * columns];
        rows.CopyTo(all, first * columns);
        FillCollective(all, each * columns);
        return all;
    }
}
