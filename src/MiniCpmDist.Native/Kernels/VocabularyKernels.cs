namespace MiniCpmDist.Native.Kernels;

/// <summary>
/// The two ends of a model, float32 in native memory with int64 ids: rows of the embedding, and the cross entropy of
/// logits. The number of threads changes no bit.
/// </summary>
public static class VocabularyKernels
{
    /// <summary>
    /// Each row's loss in nats, 0 where its target is below zero. The logits become the gradient of the losses' sum
    /// times <paramref name="gradientFactor"/>; without a factor they stay.
    /// </summary>
    /// <exception cref="Loading.NativeException">A target is no piece of the vocabulary.</exception>
    public static void CrossEntropy(
        nint logits, nint targets, nint losses, long rows, long vocabulary, float? gradientFactor, int threads) =>
        // An empty span is a null pointer.
        Interop.mcd_kernels_cross_entropy(
            logits, targets, losses, rows, vocabulary, gradientFactor is { } factor ? [factor] : [], threads);

    /// <summary>rows[i] = table[ids[i]] · factor, <c>[count, width]</c>.</summary>
    /// <exception cref="Loading.NativeException">An id is no piece of the vocabulary.</exception>
    public static void Embed(
        nint table, nint ids, nint rows, long count, long vocabulary, long width, float factor, int threads) =>
        Interop.mcd_kernels_embedding_forward(table, ids, rows, count, vocabulary, width, factor, threads);

    /// <summary>tableGradient[ids[i]] += gradient[i] · factor, in the order of i.</summary>
    public static void AddEmbeddingGradient(
        nint tableGradient, nint ids, nint gradient, long count, long vocabulary, long width, float factor,
        int threads) =>
        Interop.mcd_kernels_embedding_backward(
            tableGradient, ids, gradient, count, vocabulary, width, factor, threads);
}
