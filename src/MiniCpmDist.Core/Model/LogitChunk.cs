namespace MiniCpmDist.Core.Model;

/// <summary>
/// Rows that the loss projects at a time; part of the bits, hence a function of the vocabulary and of nothing else.
/// </summary>
public static class LogitChunk
{
    /// <summary>
    /// Elements of a chunk with a small vocabulary, within reach of the caches: 8 MiB in float32 one operation after
    /// the other, 4 MiB fused (docs/decisions/tensors-and-kernels.md).
    /// </summary>
    private const long PlainElements = 2 << 20;

    private const long FusedElements = 1 << 20;

    /// <summary>Rows of a chunk at least: with fewer, reading the head costs more than multiplying by it.</summary>
    private const long LeastPlainRows = 128;

    private const long LeastFusedRows = 256;

    public static long Rows(KernelSet kernels, long vocabulary) => kernels == KernelSet.Fused
        ? Math.Max(LeastFusedRows, FusedElements / vocabulary)
        : Math.Max(LeastPlainRows, PlainElements / vocabulary);
}
