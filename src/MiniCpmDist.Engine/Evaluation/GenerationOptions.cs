using MiniCpmDist.Core.Formats;

namespace MiniCpmDist.Engine.Evaluation;

/// <summary>How the next token is picked.</summary>
/// <param name="MaxTokens">Tokens to add at most.</param>
/// <param name="Temperature">0 takes the likeliest token; 1 samples from the model's own distribution.</param>
/// <param name="TopK">Only the k likeliest tokens are sampled from; 0 means all.</param>
/// <param name="Seed">The same seed gives the same text.</param>
public sealed record GenerationOptions(
    int MaxTokens = 128,
    double Temperature = StandardSampling.Temperature,
    int TopK = StandardSampling.TopK,
    ulong Seed = 1);
