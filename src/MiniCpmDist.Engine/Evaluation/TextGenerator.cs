using MiniCpmDist.Core.Generation;
using MiniCpmDist.Core.Images;
using MiniCpmDist.Core.Randomness;
using MiniCpmDist.Data.Tokenization;
using MiniCpmDist.Engine.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Evaluation;

/// <summary>
/// Continues a prompt token by token, within the window that the model was trained with. A model may have more rows
/// than the tokenizer has pieces; those are never picked, because they stand for no text.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="tokenizer">Its tokenizer.</param>
/// <param name="window">Tokens that it sees at most.</param>
/// <param name="checkpoint">Where it comes from, for errors.</param>
public sealed class TextGenerator(MiniCpmForCausalLM model, Tokenizer tokenizer, int window, string checkpoint)
{
    /// <summary>
    /// Yields the text that follows <paramref name="prompt"/>, piece by piece, until the end-of-document token.
    /// </summary>
    /// <exception cref="SpoiltModelException">The model gives values that are not finite.</exception>
    public IEnumerable<string> Continue(string prompt, GenerationOptions options) =>
        Continue([tokenizer.BosId, .. tokenizer.Encode(prompt)], options);

    /// <summary>Yields the text that follows some ids, as above.</summary>
    /// <param name="prompt">The ids.</param>
    /// <param name="options">How they are continued.</param>
    /// <param name="images">Parts of pictures in the prompt, which then fits into the window; the text ends where the
    /// window does, because the pictures would move.</param>
    public IEnumerable<string> Continue(
        IReadOnlyList<int> prompt, GenerationOptions options, IReadOnlyList<PlacedPart>? images = null)
    {
        var ids = new List<int>(prompt);
        // The space before a word is part of its piece, so the prompt is decoded as well and left out of what is shown.
        var begun = tokenizer.Decode([.. ids]).Length;
        var (shown, stops) = (0, new StopText(options.Stops));
        using var cache = model.NewCache(Math.Min(window, (long)ids.Count + options.MaxTokens));
        for (var i = 0; i < options.MaxTokens; i++)
        {
            if (images is { Count: > 0 } && ids.Count >= window)
                break;
            var next = Pick(ids, cache, options, (ulong)i, i == 0 ? images : null);
            if (next == tokenizer.EosId)
                break;
            ids.Add(next);
            // A character can span several byte pieces, so decode the whole and show what has become definite.
            var text = tokenizer.Decode([.. ids]);
            if (text.EndsWith('\uFFFD') || text.Length <= begun)
                continue;
            var (definite, isEnded) = stops.Divide(text[begun..]);
            if (definite > shown)
                yield return text[(begun + shown)..(begun + definite)];
            shown = Math.Max(shown, definite);
            if (isEnded)
                yield break;
        }
        // What was held back, because a stop might have begun there, is text after all.
        if (options.Stops.Count > 0 && tokenizer.Decode([.. ids]) is var whole && whole.Length > begun + shown)
            yield return whole[(begun + shown)..];
    }

    /// <summary>The ids that follow some ids; the last one is the end-of-document id, or ends a stop.</summary>
    /// <returns>The ids, and whether the text has ended and was not cut.</returns>
    /// <exception cref="SpoiltModelException">The model gives values that are not finite.</exception>
    public (IReadOnlyList<int> Ids, bool HasEnded) Sample(IReadOnlyList<int> prompt, GenerationOptions options)
    {
        var ids = new List<int>(prompt);
        var stops = new StopText(options.Stops);
        using var cache = model.NewCache(Math.Min(window, (long)ids.Count + options.MaxTokens));
        var hasEnded = false;
        while (!hasEnded && ids.Count < prompt.Count + options.MaxTokens)
        {
            ids.Add(Pick(ids, cache, options, (ulong)(ids.Count - prompt.Count)));
            hasEnded = ids[^1] == tokenizer.EosId
                || stops.Divide(tokenizer.Decode([.. ids.Skip(prompt.Count)])).IsEnded;
        }
        return (ids[prompt.Count..], hasEnded);
    }

    private int Pick(
        List<int> ids, KeyValueCache cache, GenerationOptions options, ulong index,
        IReadOnlyList<PlacedPart>? images = null)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var logits = NextLogits(ids, cache, images).view(-1).narrow(0, 0, tokenizer.PieceCount);
        if (!isfinite(logits).all().item<bool>())
            throw new SpoiltModelException(checkpoint, $"logits that are not finite after {ids.Count} token(s)");
        if (options.Sampling.Temperature <= 0)
            return (int)logits.argmax().item<long>();
        var scores = logits.to(ScalarType.Float64).data<double>().ToArray();
        return options.Sampling.Pick(scores, CounterRandom.UInt64(options.Seed, options.Stream, index));
    }

    /// <summary>
    /// Beyond the window each new token pushes the oldest one out, and every position changes: no earlier key is of
    /// use, so all are computed.
    /// </summary>
    private Tensor NextLogits(List<int> ids, KeyValueCache cache, IReadOnlyList<PlacedPart>? images)
    {
        var isCached = ids.Count <= window;
        var added = ids.Skip(isCached ? (int)cache.Length : ids.Count - window).Select(id => (long)id).ToArray();
        var input = tensor(added, [1, added.Length]);
        return isCached ? model.NextLogits(input, cache, images) : model.NextLogits(input);
    }
}
