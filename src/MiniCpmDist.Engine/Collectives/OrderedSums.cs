using System.Runtime.InteropServices;
using MiniCpmDist.Core.Ranks;

namespace MiniCpmDist.Engine.Collectives;

/// <summary>
/// Adds numbers that different ranks have computed, in index order: the sum has the same bits for every world size.
/// </summary>
internal static class OrderedSums
{
    /// <param name="communicator">The world.</param>
    /// <param name="values">One number an index; this rank has filled in those for which <paramref name="ownerOf"/>
    /// names it.
    /// </param>
    /// <param name="ownerOf">The rank that computed an index; the same function on all ranks.</param>
    /// <returns>All numbers, the same on every rank.</returns>
    public static double[] GatherCollective(ICommunicator communicator, double[] values, Func<int, int> ownerOf) =>
        GatherCollective(communicator, values, ownerOf, own: []).Values;

    /// <summary>Adds as above, and gathers in the same message the numbers that each rank has of its own.</summary>
    /// <returns>All numbers, and by rank those of its own.</returns>
    public static (double[] Values, double[][] Own) GatherCollective(
        ICommunicator communicator, double[] values, Func<int, int> ownerOf, double[] own)
    {
        double[] sent = [.. values, .. own];
        var all = new double[sent.Length * communicator.WorldSize];
        communicator.AllGatherCollective(MemoryMarshal.AsBytes(sent.AsSpan()), MemoryMarshal.AsBytes(all.AsSpan()));
        return (
            [.. values.Select((_, i) => all[ownerOf(i) * sent.Length + i])],
            [.. all.Chunk(sent.Length).Select(rank => rank[values.Length..])]);
    }

    /// <summary>The sum in index order.</summary>
    public static double Sum(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
            sum += value;
        return sum;
    }
}
