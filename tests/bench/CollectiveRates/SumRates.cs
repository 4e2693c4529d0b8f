using System.Diagnostics;
using System.Globalization;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Native.Mpi;

namespace MiniCpmDist.CollectiveRates;

/// <summary>How long a world takes to have the sum of a buffer of every rank on all ranks, in two ways by turns.</summary>
internal static class SumRates
{
    private const long BytesInAll = 4_000_000_000;
    private const int LeastRounds = 7;
    private const int MostRounds = 300;

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
        using var reduction = new LaneButterfly(tree, world, whole, new NoSideStream());
        var rounds = (int)Math.Clamp(BytesInAll / (megabytes * 1_000_000L), LeastRounds, MostRounds);
        var (reduced, gathered, library) = (new double[rounds], new double[rounds], new double[rounds]);
        RequireSumsCollective(mpi, reduction, buffer);
        // The first round makes MPI's connections and is not counted.
        for (var round = -1; round < rounds; round++)
        {
            var scatter = SecondsCollective(mpi, buffer, () => reduction.ReduceScatterCollective(0, buffer, 0));
            var gather = SecondsCollective(mpi, null, () => reduction.GatherCollective(buffer));
            var all = SecondsCollective(mpi, buffer, () => mpi.AllReduceCollective(buffer.Address, length));
            if (round >= 0)
                (reduced[round], gathered[round], library[round]) = (scatter, gather, all);
        }
        if (world.Rank != 0)
            return;
        double[] both = [.. reduced.Zip(gathered, (scatter, gather) => scatter + gather)];
        double[] ratios = [.. library.Zip(both, (theirs, ours) => theirs / ours)];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{megabytes,5} MB  ours {Median(both) * 1e3,9:F2} ms (reduce {Median(reduced) * 1e3:F2}, "
            + $"gather {Median(gathered) * 1e3:F2})  MPI_Allreduce {Median(library) * 1e3,9:F2} ms  "
            + $"{Median(ratios):F2} times as fast  quickest {both.Min() * 1e3:F2} and {library.Min() * 1e3:F2} ms, "
            + $"{rounds} rounds"));
    }

    /// <summary>Both ways have to have the sum, or their times say nothing.</summary>
    private static void RequireSumsCollective(MpiWorld world, LaneButterfly reduction, FlatBuffer buffer)
    {
        var sum = world.WorldSize * (world.WorldSize + 1) / 2;
        buffer.Span(0, (int)buffer.Length).Fill(world.Rank + 1);
        reduction.ReduceScatterCollective(0, buffer, 0);
        reduction.GatherCollective(buffer);
        Require("the reduction");
        buffer.Span(0, (int)buffer.Length).Fill(world.Rank + 1);
        world.AllReduceCollective(buffer.Address, buffer.Length);
        Require("MPI_Allreduce");

        void Require(string way)
        {
            var wrong = buffer.Span(0, (int)buffer.Length).IndexOfAnyExcept(sum);
            if (wrong >= 0)
            {
                throw new InvalidOperationException(
                    $"Expected {sum} everywhere of {way}, found {buffer.Span(wrong, 1)[0]} at {wrong}.");
            }
        }
    }

    /// <summary>From when all ranks are there to when all are done.</summary>
    private static double SecondsCollective(MpiWorld world, FlatBuffer? fresh, Action work)
    {
        fresh?.Clear();
        world.BarrierCollective();
        var clock = Stopwatch.StartNew();
        work();
        world.BarrierCollective();
        return clock.Elapsed.TotalSeconds;
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }
}
