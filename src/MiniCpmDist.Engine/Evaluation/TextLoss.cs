using MiniCpmDist.Core.Evaluation;

namespace MiniCpmDist.Engine.Evaluation;

/// <summary>How well a model predicts a text.</summary>
/// <param name="Nats">The loss of all tokens.</param>
/// <param name="Tokens">How many were predicted.</param>
/// <param name="Bytes">Of the text in UTF-8.</param>
/// <param name="Stride">Tokens from one window to the next.</param>
/// <param name="ByPosition">The loss by the number of tokens before.</param>
public sealed record TextLoss(
    double Nats, long Tokens, long Bytes, int Stride, IReadOnlyList<PositionLoss> ByPosition)
{
    /// <summary>Comparable between tokenizers, which the loss of a token is not.</summary>
    public double BitsPerByte => Nats / (Math.Log(2) * Bytes);
}
