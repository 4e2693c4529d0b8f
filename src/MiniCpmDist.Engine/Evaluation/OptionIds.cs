using MiniCpmDist.Data.Tokenization;

namespace MiniCpmDist.Engine.Evaluation;

/// <summary>The token ids of what a model is asked.</summary>
internal static class OptionIds
{
    /// <summary>A text from the beginning of a document.</summary>
    public static int[] Encode(Tokenizer tokenizer, string text) => [tokenizer.BosId, .. tokenizer.Encode(text)];

    /// <summary>The ids of a prompt, and of everything up to the end of each option.</summary>
    public static (int[] Prompt, int[][] Whole) Of(Tokenizer tokenizer, OptionRequest request)
    {
        var context = request.Before + request.Prompt;
        return (
            Encode(tokenizer, context.TrimEnd()),
            [.. request.Options.Select(option => Encode(tokenizer, context + option))]);
    }
}
