namespace MiniCpmDist.Native.Kernels;

/// <summary>
/// Sums over the experts of tokens, float32 rows in native memory. The number of threads changes no bit.
/// </summary>
public static class ExpertKernels
{
    /// <summary>Writes residual + scale · Σ weight · row for each token, its rows in the order of its slots.</summary>
    /// <param name="rows"><c>[tokens · perToken, width]</c>.</param>
    /// <param name="places"><c>[perToken, tokens]</c> int64: which row each slot of a token takes.</param>
    /// <param name="weights">One for each row; 0: ones.</param>
    /// <param name="residual"><c>[tokens, width]</c>.</param>
    /// <param name="to">As <paramref name="residual"/>, and may be the same.</param>
    /// <param name="tokens">Tokens.</param>
    /// <param name="perToken">Rows of each token.</param>
    /// <param name="width">Of a row.</param>
    /// <param name="scale">Of the sum.</param>
    /// <param name="threads">That share the tokens.</param>
    public static void Combine(
        nint rows, nint places, nint weights, nint residual, nint to, long tokens, long perToken, long width,
        float scale, int threads) =>
        Interop.mcd_kernels_experts_combine(
            rows, places, weights, residual, to, tokens, perToken, width, scale, threads);
}
