namespace MiniCpmDist.Core.Runs;

/// <summary>The loss over one source's tokens.</summary>
/// <param name="Source">Its name in the run.</param>
/// <param name="Loss">Mean over the loss-bearing tokens, in nats.</param>
/// <param name="BitsPerByte">The same per byte of the source's text, in bits: comparable between tokenizers.</param>
/// <param name="Tokens">Loss-bearing tokens that it is a mean over.</param>
public sealed record SourceLoss(string Source, double Loss, double BitsPerByte, long Tokens)
{
    /// <param name="source">Its name.</param>
    /// <param name="sum">Sum of token losses in nats.</param>
    /// <param name="tokens">Their number; positive.</param>
    /// <param name="bytesPerToken">UTF-8 bytes of the source's text for each of its loss-bearing tokens.</param>
    public static SourceLoss Of(string source, double sum, long tokens, double bytesPerToken) =>
        new(source, sum / tokens, sum / tokens / Math.Log(2) / bytesPerToken, tokens);
}
