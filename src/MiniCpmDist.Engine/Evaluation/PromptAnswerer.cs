using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Randomness;
using MiniCpmDist.Data.Tokenization;
using MiniCpmDist.Engine.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Evaluation;

/// <summary>
/// Answers prompts, with the likeliest token each time or with sampled ones. An answer ends before a stop, at the end
/// of the document, or after so many tokens. It takes half of the model's window at most; what does not fit of a prompt
/// is cut at its beginning.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="tokenizer">Its tokenizer.</param>
/// <param name="window">Positions that it sees at most.</param>
/// <param name="checkpoint">Where the model comes from, for errors.</param>
public sealed class PromptAnswerer(MiniCpmForCausalLM model, Tokenizer tokenizer, int window, string checkpoint)
    : IDisposable
{
    private string? _before;
    private int[] _shotIds = [];
    private KeyValueCache? _shots;
    private AnswerSampling _sampling = AnswerSampling.Greedy;
    private string _stream = "";

    public EvaluationWork Work { get; } = new();

    /// <summary>The answer to a prompt.</summary>
    /// <param name="id">Of the item.</param>
    /// <param name="before">What comes before the item and is most often the same for its neighbours.</param>
    /// <param name="prompt">The item itself.</param>
    /// <param name="stops">The answer ends before the first of these.</param>
    /// <param name="most">Tokens of the answer at most.</param>
    /// <param name="sampling">How tokens are picked; null: the likeliest each time.</param>
    /// <param name="sample">Which of several answers to the item this is, from 0.</param>
    /// <exception cref="SpoiltModelException">The model gives no finite numbers.</exception>
    public ItemScore Answer(
        string id, string before, string prompt, IReadOnlyList<string> stops, int most,
        AnswerSampling? sampling = null, int sample = 0)
    {
        _sampling = sampling ?? AnswerSampling.Greedy;
        _stream = AnswerSampling.StreamOf(id, sample);
        most = Math.Min(most, window / 2);
        int[] ids = [tokenizer.BosId, .. tokenizer.Encode(before + prompt)];
        var isCut = ids.Length > window - most;
        if (isCut)
            ids = ids[^(window - most)..];
        using var cache = model.NewCache(ids.Length + most);
        if (!isCut)
            TakeShots(before, ids, cache);
        Work.Plain += ids.Length;
        Work.Computed += ids.Length - cache.Length;
        var written = Write(ids, cache, stops, most);
        (Work.Plain, Work.Computed) = (Work.Plain + written.Count, Work.Computed + written.Count);
        var text = GeneratedAnswer.Before(Text(ids, written), stops);
        return new ItemScore(id, isCut, [], [written.Count], text) { Sample = sample };
    }

    public void Dispose() => _shots?.Dispose();

    private List<int> Write(int[] ids, KeyValueCache cache, IReadOnlyList<string> stops, int most)
    {
        var written = new List<int>();
        var next = Next([.. ids[(int)cache.Length..]], cache, index: 0);
        while (next != tokenizer.EosId)
        {
            written.Add(next);
            if (written.Count == most)
                break;
            var text = Text(ids, written);
            if (stops.Any(stop => text.Contains(stop, StringComparison.Ordinal)))
                break;
            next = Next([next], cache, (ulong)written.Count);
        }
        return written;
    }

    private string Text(int[] ids, List<int> written)
    {
        // The space before a word is part of its piece, so the prompt is decoded as well.
        var all = tokenizer.Decode([.. ids, .. written]);
        return all[Math.Min(all.Length, tokenizer.Decode(ids).Length)..];
    }

    private void TakeShots(string before, int[] ids, KeyValueCache cache)
    {
        if (before != _before)
        {
            _shots?.Dispose();
            (_shots, _before) = (null, before);
            _shotIds = before.Length == 0 ? [] : [tokenizer.BosId, .. tokenizer.Encode(before)];
            _shotIds = [.. _shotIds.Take(window)];
        }
        var shared = Math.Min(_shotIds.AsSpan().CommonPrefixLength(ids), ids.Length - 1);
        if (shared == 0)
            return;
        if (_shots is null)
        {
            _shots = model.NewCache(_shotIds.Length);
            Next(_shotIds, _shots, index: 0);
            Work.Computed += _shotIds.Length;
        }
        cache.CopyFrom(_shots, shared);
    }

    /// <summary>Reads tokens block by block, so that memory stays within bounds, and picks the next one.</summary>
    private int Next(int[] ids, KeyValueCache cache, ulong index)
    {
        var next = 0;
        for (var first = 0; first < ids.Length; first += (int)QueryBlock.Length)
        {
            using var scope = NewDisposeScope();
            var block = ids.Skip(first).Take((int)QueryBlock.Length).Select(id => (long)id).ToArray();
            var logits = model.NextLogits(tensor(block, [1, block.Length]), cache).view(-1);
            if (first + block.Length < ids.Length)
                continue;
            var known = logits.narrow(0, 0, tokenizer.PieceCount);
            if (!isfinite(known).all().item<bool>())
                throw new SpoiltModelException(checkpoint, $"logits that are not finite after {cache.Length} token(s)");
            next = _sampling.IsGreedy ? (int)known.argmax().item<long>() : Sampled(known, index);
        }
        return next;
    }

    private int Sampled(Tensor logits, ulong index)
    {
        var scores = logits.to(ScalarType.Float64).data<double>().ToArray();
        return _sampling.Tokens.Pick(scores, CounterRandom.UInt64(_sampling.Seed, _stream, index));
    }
}
