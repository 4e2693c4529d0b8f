using System.Globalization;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.KernelRates;

/// <summary>The likeliest continuation of a prompt, with a cache of keys and values and without.</summary>
internal static class GenerationRates
{
    public static void Print(string preset, int vocabulary, int prompt, int tokens)
    {
        var shape = ModelPresets.All[preset] with { VocabularySize = vocabulary };
        using var model = new MiniCpmForCausalLM(shape);
        using var parameters = FlatParameters.BindFrozen(model);
        parameters.Initialize(seed: 1);
        var start = Enumerable.Range(0, prompt).Select(i => (long)(i * 37 % vocabulary)).ToArray();
        long[] cached = [], whole = [];

        var times = Rounds.Quickest(
            3, () => cached = WithCache(model, start, tokens), () => whole = Without(model, start, tokens));

        var same = cached.SequenceEqual(whole) ? "the same" : "OTHER";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"generation {preset}, {vocabulary} pieces, {tokens} tokens: without a cache {times[1] * 1e3:f0}, "
                + $"with {times[0] * 1e3:f0}: {times[1] / times[0]:f1} times, {same} tokens"));
    }

    private static long[] WithCache(MiniCpmForCausalLM model, long[] start, int tokens)
    {
        using var cache = model.NewCache(start.Length + tokens);
        return Continue(start, tokens, ids => model.NextLogits(Row(ids[(int)cache.Length..]), cache));
    }

    private static long[] Without(MiniCpmForCausalLM model, long[] start, int tokens) =>
        Continue(start, tokens, ids => model.NextLogits(Row(ids)));

    private static long[] Continue(long[] start, int tokens, Func<long[], Tensor> scores)
    {
        using var frozen = no_grad();
        var ids = start.ToList();
        for (var i = 0; i < tokens; i++)
        {
            using var scope = NewDisposeScope();
            ids.Add(scores([.. ids]).argmax().item<long>());
        }
        return [.. ids];
    }

    private static Tensor Row(long[] ids) => tensor(ids, [1, ids.Length]);
}
