namespace MiniCpmDist.Core.Chat;

/// <summary>A stretch of a rendered conversation.</summary>
/// <param name="Text">Null for the tokenizer's end piece.</param>
/// <param name="IsScored">Whether a model learns to write it.</param>
public sealed record ChatSpan(string? Text, bool IsScored)
{
    /// <summary>The number of the answer, from 1, whose end this is; 0 for anything else.</summary>
    public int EndOfAnswer { get; init; }
}
