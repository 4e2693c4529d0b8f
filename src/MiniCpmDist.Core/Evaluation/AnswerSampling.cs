using System.Globalization;
using MiniCpmDist.Core.Generation;

namespace MiniCpmDist.Core.Evaluation;

/// <summary>How generated answers are picked. They are greedy by default: one answer, the likeliest token each time.
/// </summary>
/// <param name="Samples">Answers to each item.</param>
/// <param name="Tokens">How the next token is picked.</param>
/// <param name="Seed">The same seed gives the same answers, whatever the ranks and the order of items.</param>
public sealed record AnswerSampling(int Samples, TokenSampling Tokens, ulong Seed)
{
    /// <summary>One answer, the likeliest token each time.</summary>
    public static AnswerSampling Greedy { get; } = new(1, new TokenSampling(0), 1);

    public bool IsGreedy => Tokens.Temperature <= 0;

    /// <summary>In words that are part of a result; empty where the answers are greedy.</summary>
    public string Text => IsGreedy
        ? ""
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{Samples} {(Samples == 1 ? "sample" : "samples")}, temperature {Tokens.Temperature}, "
            + $"top-p {Tokens.TopP}, seed {Seed}");

    /// <summary>The stream of random numbers of an answer.</summary>
    public static string StreamOf(string item, int sample) =>
        string.Create(CultureInfo.InvariantCulture, $"answer-{sample}-{item}");
}
