using MiniCpmDist.Engine.Tensors;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model;

internal sealed partial class Attention
{
    /// <summary>
    /// Positions <c>[1, count, hidden]</c> that follow those in a cache, over its keys and their own. The query heads
    /// that share keys are rows of one product, so no key is repeated.
    /// </summary>
    public Tensor Continue(Tensor input, CacheStep step, CachedLayer layer)
    {
        using var scope = NewDisposeScope();
        var (keyValueHeads, group) = ((long)_shape.KeyValueHeads, (long)_shape.Heads / _shape.KeyValueHeads);
        var q = step.Rotary.Rotate(Heads(_q.call(input), _shape.Heads))
            .reshape(keyValueHeads, group * step.Count, _shape.HeadDim);
        var (keys, values) = layer.Add(
            step.Rotary.Rotate(Heads(_k.call(input), _shape.KeyValueHeads)).squeeze(0),
            Heads(_v.call(input), _shape.KeyValueHeads).squeeze(0),
            step);
        var scores = q.Times(_scale).bmm(keys.transpose(1, 2));                 // [kv_heads, group·count, keys]
        if (step.Mask is { } mask)
            scores.view(keyValueHeads, group, step.Count, -1).PlusInPlace(mask);
        var mixed = scores.softmax(-1).bmm(values)                              // [kv_heads, group·count, head_dim]
            .view(_shape.Heads, step.Count, _shape.HeadDim)
            .transpose(0, 1)
            .reshape(1, step.Count, -1);
        return _o.call(mixed).MoveToOuterDisposeScope();
    }
}
