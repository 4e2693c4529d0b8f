using MiniCpmDist.Core.Generation;

namespace MiniCpmDist.Engine.Evaluation;

/// <summary>How a text is continued.</summary>
/// <param name="MaxTokens">Tokens to add at most.</param>
/// <param name="Sampling">How the next token is picked.</param>
/// <param name="Seed">The same seed gives the same text.</param>
public sealed record GenerationOptions(int MaxTokens, TokenSampling Sampling, ulong Seed = 1)
{
    /// <summary>Texts at which the continuation ends; they are not part of it.</summary>
    public IReadOnlyList<string> Stops { get; init; } = [];

    /// <summary>The stream of random numbers, so that two continuations with one seed can differ.</summary>
    public string Stream { get; init; } = "generate";
}
