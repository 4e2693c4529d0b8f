using System.Runtime.InteropServices;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Engine.Collectives;

namespace MiniCpmDist.Engine.Optimization;

/// <summary>
/// The global L2 norm of the gradients, the same to the last bit on every rank and for every world size.
/// </summary>
public sealed class GradientNorm
{
    private readonly ICommunicator _communicator;
    private readonly RankSlices _owned;
    private readonly double[] _own;
    private readonly double[] _all;
    private readonly (int First, int Count)[] _inOrder;
    private readonly int[] _frozen;

    /// <param name="communicator">The world.</param>
    /// <param name="reduction">Whose parts are whose.</param>
    /// <param name="layout">Says what is frozen: gradients there count for nothing.</param>
    public GradientNorm(ICommunicator communicator, RankReduction reduction, FlatLayout layout)
    {
        _communicator = communicator;
        _owned = reduction.Owned;
        _own = new double[_owned.Count / FlatLayout.ChunkSize];
        _all = new double[_own.Length * communicator.WorldSize];
        _inOrder =
        [
            .. Enumerable.Range(0, communicator.WorldSize)
                .SelectMany(rank => Places(reduction.OwnedBy(rank), rank * _own.Length))
                .OrderBy(entry => entry.Offset)
                .Select(entry => (entry.First, entry.Count)),
        ];
        _frozen = [.. Frozen(layout)];
    }

    /// <summary>Each rank squares the chunks of its parts; all add the chunk sums in index order.</summary>
    public double MeasureCollective(FlatGradients gradients)
    {
        foreach (var (bucket, (_, count)) in _owned.Parts.Index())
        {
            FlatMath.ChunkSquareSums(
                gradients.Sums, gradients.PlaceOf(bucket), count,
                _own.AsSpan((int)(_owned.PlaceOf(bucket) / FlatLayout.ChunkSize), (int)(count / FlatLayout.ChunkSize)));
        }
        foreach (var chunk in _frozen)
            _own[chunk] = 0;
        _communicator.AllGatherCollective(MemoryMarshal.AsBytes(_own.AsSpan()), MemoryMarshal.AsBytes(_all.AsSpan()));
        var sum = 0.0;
        foreach (var (first, count) in _inOrder)
        {
            foreach (var chunk in _all.AsSpan(first, count))
                sum += chunk;
        }
        return Math.Sqrt(sum);
    }

    /// <summary>The chunks of this rank's parts that are not trained.</summary>
    private IEnumerable<int> Frozen(FlatLayout layout)
    {
        foreach (var (bucket, (offset, count)) in _owned.Parts.Index())
        {
            for (var chunk = 0; chunk < count / FlatLayout.ChunkSize; chunk++)
            {
                if (layout.GroupOfChunk(offset / FlatLayout.ChunkSize + chunk) == LearningRateGroup.Frozen)
                    yield return (int)(_owned.PlaceOf(bucket) / FlatLayout.ChunkSize) + chunk;
            }
        }
    }

    /// <summary>Where the chunk sums of a rank's parts lie among those of all ranks.</summary>
    private static IEnumerable<(long Offset, int First, int Count)> Places(RankSlices slices, int first) =>
        slices.Parts.Select((part, bucket) => (
            part.Offset, first + (int)(slices.PlaceOf(bucket) / FlatLayout.ChunkSize),
            (int)(part.Count / FlatLayout.ChunkSize)));

    /// <summary>
    /// The factor that clips the gradients to a norm of <paramref name="maximum"/>; a maximum of 0 turns clipping off.
    /// </summary>
    public static double ClipScale(double norm, double maximum) => maximum > 0 && norm > maximum ? maximum / norm : 1;
}
