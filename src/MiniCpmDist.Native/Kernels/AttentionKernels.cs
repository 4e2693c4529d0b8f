namespace MiniCpmDist.Native.Kernels;

/// <summary>
/// Causal grouped-query attention over float32 rows <c>[rows, (heads + 2·kv_heads)·head_dim]</c>, in tiles: what lies
/// above the diagonal is not computed, and the matrix of scores is never in memory. The result depends on the
/// <see cref="InstructionSet"/>, not on the number of threads.
/// </summary>
public static class AttentionKernels
{
    /// <summary>
    /// Rotary positions in place over q and k: dimension i of a head turns with dimension i + head_dim/2 by the angle
    /// whose cosine and sine are row <c>position</c> of the tables <c>[positions, head_dim/2]</c>. With
    /// <paramref name="back"/> by its negative, which also takes gradients back through the rotation.
    /// </summary>
    /// <exception cref="Loading.NativeException">A segment is longer than the tables.</exception>
    public static void Rotate(AttentionCall call, nint qkv, nint cos, nint sin, long positions, bool back) =>
        With(call, (in Interop.AttentionArguments arguments) =>
            Interop.mcd_kernels_attention_rotate(in arguments, qkv, cos, sin, positions, back ? 1 : 0));

    /// <summary>
    /// <paramref name="output"/> <c>[rows, heads·head_dim]</c> = softmax(q k' / √head_dim) v, and
    /// <paramref name="lse"/> <c>[heads, rows]</c>, the logarithm of what each query's softmax divides by.
    /// </summary>
    public static void Forward(AttentionCall call, nint qkv, nint output, nint lse) =>
        With(call, (in Interop.AttentionArguments arguments) =>
            Interop.mcd_kernels_attention_forward(in arguments, qkv, output, lse));

    /// <summary>
    /// <paramref name="gradients"/>, laid out as <paramref name="qkv"/>, from those of the output. Both may be the same
    /// memory; q, k and v are then lost.
    /// </summary>
    public static void Backward(
        AttentionCall call, nint qkv, nint output, nint lse, nint outputGradients, nint gradients) =>
        With(call, (in Interop.AttentionArguments arguments) =>
            Interop.mcd_kernels_attention_backward(in arguments, qkv, output, lse, outputGradients, gradients));

    /// <summary>
    /// As <see cref="Forward"/>, for the queries in <paramref name="qkv"/> over keys and values that lie elsewhere
    /// (<see cref="AttentionCall.Keys"/>): <paramref name="kv"/> <c>[key rows, 2·kv_heads·head_dim]</c>, turned.
    /// </summary>
    public static void ForwardOver(AttentionCall call, nint qkv, nint kv, nint output, nint lse) =>
        With(call, (in Interop.AttentionArguments arguments) =>
            Interop.mcd_kernels_attention_forward_over(in arguments, qkv, kv, output, lse));

    /// <summary>
    /// As <see cref="Backward"/>, for such queries: writes the gradients of queries, and adds those of keys and values
    /// to <paramref name="kvGradients"/>, laid out as <paramref name="kv"/>.
    /// </summary>
    public static void BackwardOver(
        AttentionCall call, nint qkv, nint kv, nint output, nint lse, nint outputGradients, nint gradients,
        nint kvGradients) =>
        With(call, (in Interop.AttentionArguments arguments) =>
            Interop.mcd_kernels_attention_backward_over(
                in arguments, qkv, kv, output, lse, outputGradients, gradients, kvGradients));

    private delegate void Work(in Interop.AttentionArguments arguments);

    private static unsafe void With(AttentionCall call, Work work)
    {
        if (call.Branches is { } numbers && numbers.Length != call.Segments.Length)
        {
            throw new ArgumentException(
                $"Expected {call.Segments.Length} numbers of branches, found {numbers.Length}.", nameof(call));
        }
        if (call.Keys is { } keys
            && (keys.First.Length != call.Segments.Length || keys.Earlier.Length != call.Segments.Length))
        {
            throw new ArgumentException(
                $"Expected places of keys for {call.Segments.Length} segments, found {keys.First.Length} and "
                + $"{keys.Earlier.Length}.", nameof(call));
        }
        fixed (int* segments = call.Segments, branches = call.Branches, earlier = call.Keys?.Earlier)
        fixed (long* keyRows = call.Keys?.First)
        {
            work(new Interop.AttentionArguments
            {
                Heads = call.Heads,
                KeyValueHeads = call.KeyValueHeads,
                HeadDim = call.HeadDim,
                Threads = call.Threads,
                Rows = call.Rows,
                Stride = call.Width,
                Segments = (nint)segments,
                SegmentCount = call.Segments.Length,
                Branches = (nint)branches,
                KeyRows = (nint)keyRows,
                Earlier = (nint)earlier,
                KeyRowCount = call.Keys?.Rows ?? 0,
            });
        }
    }
}
