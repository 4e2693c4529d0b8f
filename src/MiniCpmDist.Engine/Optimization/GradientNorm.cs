using System.Runtime.InteropServices;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Native.Kernels;

namespace MiniCpmDist.Engine.Optimization;

/// <summary>
/// The global L2 norm of the gradients, the same to the last bit on every rank and for every world size.
/// </summary>
public sealed class GradientNorm
{
    private readonly ICommunicator _communicator;
    private readonly LaneReduction _reduction;
    private readonly double[] _own;
    private readonly double[] _all;

    public GradientNorm(ICommunicator communicator, LaneReduction reduction)
    {
        _communicator = communicator;
        _reduction = reduction;
        _own = new double[reduction.Owned.Count / FlatLayout.ChunkSize];
        _all = new double[_own.Length * communicator.WorldSize];
    }

    /// <summary>Each rank squares the chunks of its slice; all add the chunk sums in index order.</summary>
    public double MeasureCollective(FloatBuffer gradients)
    {
        VectorKernels.ChunkSquareSums(gradients.At(_reduction.Owned.Offset), _reduction.Owned.Count, _own);
        _communicator.AllGatherCollective(MemoryMarshal.AsBytes(_own.AsSpan()), MemoryMarshal.AsBytes(_all.AsSpan()));
        var sum = 0.0;
        var ranks = Enumerable.Range(0, _communicator.WorldSize).OrderBy(rank => _reduction.OwnedBy(rank).Offset);
        foreach (var rank in ranks)
        {
            foreach (var chunk in _all.AsSpan(rank * _own.Length, _own.Length))
                sum += chunk;
        }
        return Math.Sqrt(sum);
    }

    /// <summary>
    /// What is left of the gradients when their norm is held to <paramref name="maximum"/>; 0 turns clipping off.
    /// </summary>
    public static double ClipScale(double norm, double maximum) => maximum > 0 && norm > maximum ? maximum / norm : 1;
}
