using MiniCpmDist.Engine.Tensors;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model;

/// <summary>Positions that follow those in a cache, computed together.</summary>
internal sealed class CacheStep : IDisposable
{
    private CacheStep(long first, long count, RotaryPositions rotary, Tensor? mask)
    {
        First = first;
        Count = count;
        Rotary = rotary;
        Mask = mask;
    }

    public long First { get; }

    public long Count { get; }

    public RotaryPositions Rotary { get; }

    /// <summary>
    /// Added to the scores <c>[count, first + count]</c>: minus infinity where a key lies after its query. Null for a
    /// single position, which may see all.
    /// </summary>
    public Tensor? Mask { get; }

    public static CacheStep Create(RotaryPositions all, long first, long count, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var mask = count == 1
            ? null
            : ScalarMath.Filled(count, first + count, double.NegativeInfinity, dtype).triu(first + 1)
                .DetachFromDisposeScope();
        return new CacheStep(first, count, all.From(first, count), mask);
    }

    public void Dispose()
    {
        Rotary.Dispose();
        Mask?.Dispose();
    }
}
