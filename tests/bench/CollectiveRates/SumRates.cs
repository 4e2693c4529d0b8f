using System.Diagnostics;
using System.Globalization;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Native.Mpi;

namespace MiniCpmDist.CollectiveRates;

/// <summary>
/// How long a world takes to have the sum of a buffer of every rank on all ranks, in two ways by turns.
/// </summary>
internal static class SumRates
{
    private const long BytesInAll = 4_000_000_000;
    private const int LeastRounds = 7;
    private const int MostRounds = 2000;

    /// <param name="mpi">Its size is a number of lanes, of which each rank has one.</param>
    /// <param name="megabytes">Of the buffer.</param>
    public static void PrintCollective(MpiWorld mpi, int megabytes)
    {
        using var world = new HostLink(new MpiCommunicator(mpi));
        var tree = new LaneTree(world.WorldSize);
        var slices = (long)world.WorldSize * FlatLayout.ChunkSize;
        var length = (megabytes * 1_000_000L / sizeof(float) + slices - 1) / slices * slices;
        using var buffer = new FlatBuffer(length);
        Bucket[] whole = [new(0, length, Bucket.AtTheEnd)];
        using var reduction = new OrderedReduceScatter(tree, world, whole, new NoSideStream());
        var rounds = (int)Math.Clamp(BytesInAll / (megabytes * 1_000_000L), LeastRounds, MostRounds);
        var (ours, library) = (new List<double>(), new List<double>());
        (List<double> Seconds, Action Work)[] ways =
        [
            (ours, () =>
            {
                reduction.ReduceScatterCollective(0, buffer, 0);
                reduction.GatherCollective(buffer);
            }),
            (library, () => mpi.AllReduceCollective(buffer.Address, length)),
        ];
        RequireSumsCollective(mpi, buffer, ways[0].Work, "the reduction");
        RequireSumsCollective(mpi, buffer, ways[1].Work, "MPI_Allreduce");
        // Which comes first changes by turns: it finds other things in the caches.
        for (var round = 0; round < rounds; round++)
        {
            foreach (var (seconds, work) in round % 2 == 0 ? ways : [ways[1], ways[0]])
                seconds.Add(SecondsCollective(mpi, buffer, work));
        }
        if (world.Rank != 0)
            return;
        var ratios = library.Zip(ours, (theirs, own) => theirs / own);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{megabytes,5} MB  ours {Numbers.Median(ours) * 1e3,9:F2} ms  "
            + $"MPI_Allreduce {Numbers.Median(library) * 1e3,9:F2} ms  "
            + $"{Numbers.Median(ratios):F2} times as fast  "
            + $"quickest {ours.Min() * 1e3:F2} and {library.Min() * 1e3:F2} ms, "
            + $"{rounds} rounds"));
    }

    /// <summary>Both ways have to have the sum, or their times say nothing. Makes MPI's connections, too.</summary>
    private static void RequireSumsCollective(MpiWorld mpi, FlatBuffer buffer, Action work, string way)
    {
        var sum = mpi.WorldSize * (mpi.WorldSize + 1) / 2;
        var values = buffer.Span(0, (int)buffer.Length);
        values.Fill(mpi.Rank + 1);
        work();
        var wrong = values.IndexOfAnyExcept(sum);
        if (wrong >= 0)
        {
            throw new InvalidOperationException(
                $"Expected {sum} everywhere of {way}, found {values[wrong]} at {wrong}.");
        }
    }

    /// <summary>From when all ranks are there to when all are done.</summary>
    private static double SecondsCollective(MpiWorld mpi, FlatBuffer buffer, Action work)
    {
        buffer.Clear();
        mpi.BarrierCollective();
        var clock = Stopwatch.StartNew();
        work();
        mpi.BarrierCollective();
        return clock.Elapsed.TotalSeconds;
    }
}
