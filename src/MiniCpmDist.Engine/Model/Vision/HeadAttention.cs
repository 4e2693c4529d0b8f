using MiniCpmDist.Engine.Tensors;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Vision;

/// <summary>softmax(q · kᵀ / √d_h) · v, head by head; nothing is masked.</summary>
internal static class HeadAttention
{
    /// <param name="q"><c>[batch, queries, heads · d_h]</c>.</param>
    /// <param name="k"><c>[batch, positions, heads · d_h]</c>.</param>
    /// <param name="v">As <paramref name="k"/>.</param>
    /// <param name="heads">Neighbouring channels are of one head.</param>
    /// <returns><c>[batch, queries, heads · d_h]</c>.</returns>
    public static Tensor Of(Tensor q, Tensor k, Tensor v, int heads)
    {
        using var scope = NewDisposeScope();
        var (batch, queries, width) = (q.shape[0], q.shape[1], q.shape[2]);
        var scores = Split(q, heads)
            .bmm(Split(k, heads).transpose(1, 2))                                 // [batch · heads, queries, positions]
            .Times(1 / Math.Sqrt((double)width / heads));
        return scores.softmax(-1).bmm(Split(v, heads))                             // [batch · heads, queries, d_h]
            .view(batch, heads, queries, width / heads)
            .transpose(1, 2)
            .reshape(batch, queries, width)
            .MoveToOuterDisposeScope();
    }

    private static Tensor Split(Tensor tensor, int heads)
    {
        var (batch, positions, width) = (tensor.shape[0], tensor.shape[1], tensor.shape[2]);
        return tensor.view(batch, positions, heads, width / heads)
            .transpose(1, 2)
            .reshape(batch * heads, positions, width / heads);
    }
}
