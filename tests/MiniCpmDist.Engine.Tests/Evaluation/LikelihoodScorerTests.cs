using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Generation;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Engine.Evaluation;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Native.TorchExt;
using MiniCpmDist.Tests.Fixtures;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Evaluation;

public sealed class LikelihoodScorerTests : IDisposable
{
    private const int Window = 300;
    private readonly TinyTokenizer _tiny;
    private readonly MiniCpmForCausalLM _model;
    private readonly FlatParameters _parameters;

    // Odd widths: what is left of a vector at the end of a row or of all rows is where bits could differ.
    private static readonly ModelShape s_shape = new()
    {
        HiddenSize = 36,
        IntermediateSize = 84,
        Layers = 2,
        Heads = 6,
        KeyValueHeads = 2,
        HeadDim = 6,
        VocabularySize = TinyTokenizer.Pieces + 3,
        DimModelBase = 18,
    };

    public LikelihoodScorerTests(TinyTokenizer tiny)
    {
        ComputeThreads.Set(1);
        _tiny = tiny;
        _model = new MiniCpmForCausalLM(s_shape);
        _parameters = FlatParameters.BindFrozen(_model);
        _parameters.Initialize(seed: 5);
        // Larger weights, so that activations leave the range in which all ways to compute them agree.
        foreach (ref var value in _parameters.Values.Span(0, (int)_parameters.Values.Length))
            value *= 3;
    }

    [Fact]
    public void Log_probabilities_have_the_same_bits_for_every_batch_order_and_neighbour()
    {
        var requests = Requests(80, seed: 1);
        var expected = Bits(requests, batchTokens: 1);

        foreach (var batch in (int[])[7, 64, 512, 100_000])
            Assert.Equal(expected, Bits(requests, batch));
        var shuffled = requests.ToArray();
        new Random(2).Shuffle(shuffled);
        Assert.Equal(expected, Bits(shuffled, batchTokens: 150));
        Assert.Equal(expected.Take(3), Bits([.. requests.Take(3)], batchTokens: 512));
    }

    [Fact]
    public void An_option_has_the_same_bits_whatever_other_options_there_are()
    {
        foreach (var request in Requests(10, seed: 3))
        {
            var together = Score([request], 512)[0];
            for (var i = 0; i < request.Options.Count; i++)
            {
                var alone = Score([request with { Options = [request.Options[i]] }], 512)[0];
                Assert.Equal(
                    BitConverter.DoubleToInt64Bits(together.Sums[i]), BitConverter.DoubleToInt64Bits(alone.Sums[0]));
            }
        }
    }

    [Fact]
    public void Sums_are_those_of_the_whole_text_at_once_within_the_error_of_float32()
    {
        foreach (var request in Requests(12, seed: 4))
        {
            var found = Score([request], 512)[0];
            for (var i = 0; i < request.Options.Count; i++)
            {
                var (expected, tokens, isCut) = WholeText(request, request.Options[i]);
                Assert.Equal(tokens, found.Tokens[i]);
                Assert.True(found.IsCut || !isCut);
                Assert.InRange(Math.Abs(found.Sums[i] - expected), 0, 1e-4 * Math.Max(1, Math.Abs(expected)));
            }
        }
    }

    [Fact]
    public void Four_options_and_five_examples_take_a_third_of_the_positions_at_most()
    {
        using var scorer = new LikelihoodScorer(_model, _tiny.Tokenizer, Window, 512, "here");
        var before = string.Concat(Enumerable.Range(0, 5).Select(i => $"What is rank {i}? a model\n\n"));
        var requests = Enumerable.Range(0, 20).Select(i => new OptionRequest(
            $"{i}", "", before, $"What is loss {i}?", [" a small rate", " warm text", " the lane", " no gradient"]));

        Assert.Equal(20, scorer.Score(requests).Count());

        Assert.True(scorer.Work.Plain >= 3 * scorer.Work.Computed, $"{scorer.Work.Plain} {scorer.Work.Computed}");
    }

    [Fact]
    public void A_text_longer_than_the_window_is_cut_at_its_beginning_and_counted()
    {
        var text = string.Join(' ', SomeText.Documents(20, seed: 9));
        var request = new OptionRequest("long", "", text, " the end", [" of a model", " of text"]);

        var score = Score([request], 512)[0];

        Assert.True(score.IsCut);
        Assert.Equal(WholeText(request, " of text").Sum, score.Sums[1], 1e-4);
    }

    [Fact]
    public void An_option_without_a_token_and_one_longer_than_the_window_are_told()
    {
        var tooLong = string.Join(' ', SomeText.Documents(20, seed: 9));

        foreach (var option in (string[])["", tooLong])
        {
            var problem = Assert.Throws<ConfigurationException>(
                () => Score([new OptionRequest("x", "set.jsonl:3", "", "a model", [" text", option])], 512));
            Assert.Contains("set.jsonl:3: expected an option with 1 to 300 tokens", problem.Message, Ordinal);
        }
    }

    [Fact]
    public void A_model_that_gives_no_numbers_is_told()
    {
        _parameters.Values.Span(0, (int)_parameters.Values.Length).Fill(float.NaN);

        Assert.Throws<SpoiltModelException>(() => Score(Requests(1, seed: 1), 512));
    }

    [Fact]
    public void Scoring_leaves_no_native_object_behind()
    {
        Score(Requests(5, seed: 1), 64);
        var live = Tensor.TotalCount;

        Score(Requests(5, seed: 1), 64);

        Assert.Equal(live, Tensor.TotalCount);
    }

    [Fact]
    public void Answers_are_those_of_the_text_generator_whatever_examples_are_shared()
    {
        using var answerer = new PromptAnswerer(_model, _tiny.Tokenizer, Window, "here");
        foreach (var (before, prompt) in ((string, string)[])
        [
            ("", "a model learns"), ("One rank. ", "Two lanes"), ("One rank. ", "Three lanes"), ("One rank", "s learn"),
        ])
        {
            var expected = string.Concat(new TextGenerator(_model, _tiny.Tokenizer, Window, "here").Continue(
                before + prompt, new GenerationOptions(20, new TokenSampling(Temperature: 0))));

            var found = answerer.Answer("x", before, prompt, [], 20);

            Assert.StartsWith(expected, found.Text, Ordinal);
            Assert.False(found.IsCut);
        }
        Assert.True(answerer.Work.Computed < answerer.Work.Plain);
    }

    [Fact]
    public void Sampled_answers_depend_on_seed_item_and_sample_alone_and_differ_from_each_other()
    {
        using var answerer = new PromptAnswerer(_model, _tiny.Tokenizer, Window, "here");
        var sampling = new AnswerSampling(3, new TokenSampling(1, TopK: 0), 5);

        var texts = Enumerable.Range(0, 3).Select(sample => Answer("x", sampling, sample)).ToArray();
        Answer("another", sampling, 0);

        Assert.Equal(texts.Reverse(), Enumerable.Range(0, 3).Reverse().Select(sample => Answer("x", sampling, sample)));
        Assert.Equal(3, texts.Distinct().Count());
        Assert.NotEqual(texts[0], Answer("y", sampling, 0));
        Assert.NotEqual(texts[0], Answer("x", sampling with { Seed = 6 }, 0));
        Assert.Equal(Answer("x", AnswerSampling.Greedy, 0), Answer("y", AnswerSampling.Greedy, 0));

        string? Answer(string item, AnswerSampling how, int sample) =>
            answerer.Answer(item, "", "a model learns", [], 12, how, sample).Text;
    }

    private const StringComparison Ordinal = StringComparison.Ordinal;

    public void Dispose()
    {
        _parameters.Dispose();
        _model.Dispose();
    }

    /// <summary>Items with and without examples, with short and long options, some of them longer than the window.
    /// </summary>
    private static OptionRequest[] Requests(int count, int seed)
    {
        var random = new Random(seed);
        string Text(int most) => SomeText.Documents(1, random.Next()).First()[..random.Next(1, most)];
        var before = "";
        return
        [
            .. Enumerable.Range(0, count).Select(i =>
            {
                if (i % 6 == 0)
                    before = i % 4 == 0 ? "" : Text(90) + "\n\n";
                return new OptionRequest(
                    $"{i}", "", before, Text(i % 9 == 8 ? 150 : 40) + (i % 3 == 0 ? " " : ""),
                    [.. Enumerable.Range(0, random.Next(2, 6)).Select(j => $" {j} {Text(i % 5 == 4 ? 60 : 4)}")]);
            }),
        ];
    }

    private string[] Bits(OptionRequest[] requests, int batchTokens) =>
    [
        .. Score(requests, batchTokens).OrderBy(score => int.Parse(score.Id)).Select(score => score.Id + ":"
            + string.Join(' ', score.Sums.Select(BitConverter.DoubleToInt64Bits))),
    ];

    private ItemScore[] Score(OptionRequest[] requests, int batchTokens)
    {
        using var scorer = new LikelihoodScorer(_model, _tiny.Tokenizer, Window, batchTokens, "here");
        return [.. scorer.Score(requests)];
    }

    /// <summary>The plain way: all of the text, all logits, by the operations of the tensor library alone.</summary>
    private (double Sum, int Tokens, bool IsCut) WholeText(OptionRequest request, string option)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var tokenizer = _tiny.Tokenizer;
        var context = request.Before + request.Prompt;
        var prompt = 1 + tokenizer.Encode(context.TrimEnd()).Length;
        int[] ids = [tokenizer.BosId, .. tokenizer.Encode(context + option)];
        var scored = ids.Length - prompt;
        var isCut = ids.Length > Window + 1;
        var seen = ids.TakeLast(Window + 1).Select(id => (long)id).ToArray();
        var rows = _model.Logits(tensor(seen[..^1], [1, seen.Length - 1])).to(ScalarType.Float64).squeeze(0)
            .log_softmax(1);
        var sum = 0.0;
        for (var i = seen.Length - scored; i < seen.Length; i++)
            sum += rows[i - 1, seen[i]].item<double>();
        return (sum, scored, isCut);
    }
}
