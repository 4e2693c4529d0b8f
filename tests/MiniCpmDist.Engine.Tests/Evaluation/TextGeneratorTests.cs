using MiniCpmDist.Core.Generation;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Evaluation;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Tests.Fixtures;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Evaluation;

public sealed class TextGeneratorTests : IDisposable
{
    private const int Window = 16;
    private const string Prompt = "a model learns";
    private readonly TinyTokenizer _tiny;
    private readonly MiniCpmForCausalLM _model;
    private readonly FlatParameters _parameters;

    public TextGeneratorTests(TinyTokenizer tiny)
    {
        _tiny = tiny;
        var shape = new ModelShape
        {
            HiddenSize = 32,
            IntermediateSize = 80,
            Layers = 2,
            Heads = 4,
            KeyValueHeads = 2,
            HeadDim = 8,
            VocabularySize = TinyTokenizer.Pieces,
        };
        _model = new MiniCpmForCausalLM(shape);
        _parameters = FlatParameters.BindFrozen(_model);
        _parameters.Initialize(seed: 5);
    }

    [Fact]
    public void The_same_seed_gives_the_same_text_and_another_seed_another()
    {
        var options = Options(24, temperature: 1);

        Assert.Equal(Text(options), Text(options));
        Assert.NotEqual(Text(options), Text(options with { Seed = 2 }));
    }

    [Fact]
    public void Two_hundred_tokens_leave_no_native_object_behind()
    {
        var options = Options(200, temperature: 1);
        Text(options);      // leaves the position tables of the window, which later calls replace
        var live = Tensor.TotalCount;

        Text(options);

        Assert.Equal(live, Tensor.TotalCount);
    }

    [Fact]
    public void Temperature_0_takes_the_likeliest_token_also_beyond_the_window()
    {
        var ids = new List<int> { _tiny.Tokenizer.BosId };
        ids.AddRange(_tiny.Tokenizer.Encode(Prompt));
        for (var i = 0; i < 2 * Window && Likeliest(ids) != _tiny.Tokenizer.EosId; i++)
            ids.Add(Likeliest(ids));
        var expected = _tiny.Tokenizer.Decode([.. ids]);

        var greedy = Text(Options(2 * Window, temperature: 0));

        // A character cut in half at the end is not shown.
        Assert.StartsWith(Prompt + greedy, expected, StringComparison.Ordinal);
        Assert.InRange(expected.Length - Prompt.Length - greedy.Length, 0, 4);
        Assert.True(greedy.Length > 0);
        Assert.Equal(greedy, Text(Options(2 * Window, temperature: 1, topK: 1) with { Seed = 2 }));
    }

    [Fact]
    public void The_space_between_prompt_and_first_word_is_kept()
    {
        var tokenizer = _tiny.Tokenizer;
        var word = Enumerable.Range(0, tokenizer.PieceCount).First(
            id => tokenizer.Piece(id) is ['\u2581', _, _, ..] piece && piece.AsSpan(1).IndexOf('\u2581') < 0);
        AlwaysSay(word);
        var spoken = " " + tokenizer.Piece(word)[1..];

        Assert.Equal(spoken + spoken, Text(Options(2, temperature: 0)));
    }

    [Fact]
    public void The_end_of_the_document_ends_the_text()
    {
        AlwaysSay(_tiny.Tokenizer.EosId);

        Assert.Equal("", Text(Options(5, temperature: 0)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_row_without_a_piece_is_never_picked_even_where_it_scores_highest(double temperature)
    {
        var shape = _model.Shape with { VocabularySize = TinyTokenizer.Pieces + 50 };
        using var model = new MiniCpmForCausalLM(shape);
        using var parameters = FlatParameters.BindFrozen(model);
        parameters.Initialize(seed: 5);
        AlwaysSay(TinyTokenizer.Pieces + 7, model, parameters);
        var generator = new TextGenerator(model, _tiny.Tokenizer, Window, "step-00000004");

        var text = string.Concat(generator.Continue(Prompt, Options(40, temperature)));

        Assert.NotNull(text);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_model_without_numbers_is_told_and_not_sampled_from(double temperature)
    {
        _parameters.Values.Span(0, (int)_parameters.Values.Length).Fill(float.NaN);

        var exception = Assert.Throws<SpoiltModelException>(() => Text(Options(5, temperature)));

        Assert.Contains("step-00000004", exception.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _parameters.Dispose();
        _model.Dispose();
    }

    private static GenerationOptions Options(int tokens, double temperature, int topK = 0) =>
        new(tokens, new TokenSampling(temperature, topK));

    private string Text(GenerationOptions options) =>
        string.Concat(new TextGenerator(_model, _tiny.Tokenizer, Window, "step-00000004").Continue(Prompt, options));

    /// <summary>The largest of all logits at the last position, looked for in plain code.</summary>
    private int Likeliest(List<int> ids)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var context = ids.TakeLast(Window).Select(id => (long)id).ToArray();
        var rows = _model.Logits(tensor(context, [1, context.Length])).contiguous().data<float>().ToArray();
        var last = rows[^TinyTokenizer.Pieces..];
        return Array.IndexOf(last, last.Max());
    }

    /// <summary>
    /// Layers add nothing and all tokens have one embedding, but this one has twice it: it scores highest everywhere.
    /// </summary>
    private void AlwaysSay(int id) => AlwaysSay(id, _model, _parameters);

    private static void AlwaysSay(int id, MiniCpmForCausalLM model, FlatParameters parameters)
    {
        foreach (var slot in parameters.Layout.Slots)
        {
            var values = parameters.Values.Span(slot.Offset, (int)slot.Spec.Count);
            var isEmbedding = slot.Spec.Name.Contains("embed", StringComparison.Ordinal);
            values.Fill(isEmbedding || slot.Spec.Shape.Count == 1 ? 1 : 0);
            if (isEmbedding)
                values.Slice(id * model.Shape.HiddenSize, model.Shape.HiddenSize).Fill(2);
        }
    }
}
