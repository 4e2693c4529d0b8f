using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model;

/// <summary>
/// Keys and values of one layer, <c>[kv_heads, capacity, head_dim]</c>; keys are turned to their positions already.
/// </summary>
internal sealed class CachedLayer(long heads, long capacity, long headDim, ScalarType dtype) : IDisposable
{
    private readonly Tensor _keys = zeros([heads, capacity, headDim], dtype).DetachFromDisposeScope();
    private readonly Tensor _values = zeros([heads, capacity, headDim], dtype).DetachFromDisposeScope();

    /// <summary>
    /// Adds keys and values of a step, <c>[kv_heads, count, head_dim]</c>; returns all up to its end, in this object's
    /// memory.
    /// </summary>
    public (Tensor Keys, Tensor Values) Add(Tensor keys, Tensor values, CacheStep step) =>
        (Write(_keys, keys, step), Write(_values, values, step));

    /// <summary>Takes the first positions of another layer.</summary>
    public void CopyFrom(CachedLayer other, long count)
    {
        using var scope = NewDisposeScope();
        _keys.narrow(1, 0, count).copy_(other._keys.narrow(1, 0, count));
        _values.narrow(1, 0, count).copy_(other._values.narrow(1, 0, count));
    }

    private static Tensor Write(Tensor all, Tensor added, CacheStep step)
    {
        all.narrow(1, step.First, step.Count).copy_(added);
        return all.narrow(1, 0, step.First + step.Count);
    }

    public void Dispose()
    {
        _keys.Dispose();
        _values.Dispose();
    }
}
