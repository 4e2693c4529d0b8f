using MiniCpmDist.Core.Model;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model;

/// <summary>
/// Keys and values of the positions that a sequence has so far, so that the next ones need not compute them again.
/// </summary>
public sealed class KeyValueCache : IDisposable
{
    private readonly ScalarType _dtype;
    private readonly RotaryPositions _rotary;
    private readonly double[] _frequencies;

    internal KeyValueCache(ModelShape shape, long capacity, long window, ScalarType dtype)
    {
        _dtype = dtype;
        Capacity = capacity;
        // Keys are turned when they are added, so the angles are those of the longest sequence that there can be.
        var span = Math.Max(window, capacity);
        _frequencies = shape.Rotary.Frequencies(span);
        _rotary = RotaryPositions.Create(capacity, shape.Rotary, span, dtype);
        Layers =
        [
            .. Enumerable.Range(0, shape.Layers)
                .Select(_ => new CachedLayer(shape.KeyValueHeads, capacity, shape.HeadDim, dtype)),
        ];
    }

    /// <summary>Number of positions that the cache has room for.</summary>
    public long Capacity { get; }

    /// <summary>Number of positions that the cache holds.</summary>
    public long Length { get; private set; }

    internal IReadOnlyList<CachedLayer> Layers { get; }

    /// <summary>Takes the first positions of another cache of the same model; this one must be empty.</summary>
    /// <exception cref="ArgumentException">There is no room for them, the other cache has fewer, or it turns keys by
    /// other angles because it is for longer or shorter sequences.</exception>
    public void CopyFrom(KeyValueCache other, long count)
    {
        if (!_frequencies.AsSpan().SequenceEqual(other._frequencies))
        {
            throw new ArgumentException(
                "Expected a cache of the same angles, found one of another length.", nameof(other));
        }
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Math.Min(Capacity, other.Length));
        ArgumentOutOfRangeException.ThrowIfNotEqual(Length, 0);
        foreach (var (own, from) in Layers.Zip(other.Layers))
            own.CopyFrom(from, count);
        Length = count;
    }

    /// <summary>Makes room for positions that every layer then adds; the caller owns what is returned.</summary>
    /// <exception cref="ArgumentException">There are more of them than there is room.</exception>
    internal CacheStep Extend(long count)
    {
        RequireRoom(count);
        var first = Length;
        Length += count;
        return CacheStep.Create(_rotary, first, count, _dtype);
    }

    /// <exception cref="ArgumentException">There is no room for so many more positions.</exception>
    internal void RequireRoom(long count)
    {
        if (count > Capacity - Length)
        {
            throw new ArgumentException(
                $"Expected {Capacity - Length} new positions at most in a cache of {Capacity}, found {count}.",
                nameof(count));
        }
    }

    public void Dispose()
    {
        _rotary.Dispose();
        foreach (var layer in Layers)
            layer.Dispose();
    }
}
