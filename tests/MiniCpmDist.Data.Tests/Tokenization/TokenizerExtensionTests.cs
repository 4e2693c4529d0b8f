using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Tokenization;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Data.Tests.Tokenization;

public sealed class TokenizerExtensionTests(TinyTokenizer tiny) : IDisposable
{
    private const int More = 40;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Old_ids_stay_what_they_were_and_new_texts_take_fewer_tokens()
    {
        string[] texts = [.. Texts()];
        using var extended = Tokenizer.Load(Extended(texts));

        Assert.Equal(TinyTokenizer.Pieces + More, extended.PieceCount);
        for (var id = 0; id < TinyTokenizer.Pieces; id++)
            Assert.Equal(tiny.Tokenizer.Piece(id), extended.Piece(id));
        var before = texts.Sum(text => tiny.Tokenizer.Encode(text).Length);
        var after = texts.Sum(text => extended.Encode(text).Length);
        Assert.InRange(after, 1, before * 2 / 3);
        Assert.All(texts, text => Assert.Equal(text, extended.Decode(extended.Encode(text))));
        // Others are steps on the way to these.
        var used = texts.SelectMany(text => extended.Encode(text)).Where(id => id >= TinyTokenizer.Pieces).Distinct();
        Assert.InRange(used.Count(), 8, More);
        Assert.All("中文字", character => Assert.DoesNotContain(
            extended.Encode($"{character}"), id => extended.Piece(id).StartsWith("<0x", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_text_without_any_new_piece_has_the_ids_that_it_had()
    {
        using var extended = Tokenizer.Load(Extended([.. Texts()]));

        const string Text = "0 1 2 ? !\n";
        Assert.Equal(tiny.Tokenizer.Encode(Text), extended.Encode(Text));
    }

    [Fact]
    public void The_file_says_how_many_pieces_it_has_and_is_a_byte_pair_model_still()
    {
        var table = SentencePieceTable.Read(File.ReadAllBytes(Extended([.. Texts()])));

        Assert.True(table.IsBytePair);
        Assert.Equal(TinyTokenizer.Pieces + More, table.Pieces.Count);
        Assert.True(SentencePieceModel.CanCutAtSpaces(File.ReadAllBytes(_folder.Path("larger.model"))));
        Assert.Equal(
            table.Pieces.Skip(TinyTokenizer.Pieces).Select(piece => piece.Score).OrderDescending(),
            table.Pieces.Skip(TinyTokenizer.Pieces).Select(piece => piece.Score));
    }

    [Fact]
    public void Too_few_pieces_too_little_text_and_a_base_that_is_none_are_told()
    {
        var corpus = _folder.WriteJsonLines("new.jsonl", ["abc"]);
        var notAModel = _folder.Write("no.model", "no model");

        Assert.Contains($"more than the {TinyTokenizer.Pieces}", Message(tiny.Path, 350), StringComparison.Ordinal);
        Assert.Contains("text enough", Message(tiny.Path, 1000), StringComparison.Ordinal);
        Assert.Contains(notAModel, Message(notAModel, 1000), StringComparison.Ordinal);

        string Message(string model, int pieces) => Assert.Throws<ConfigurationException>(() =>
            TokenizerTraining.Train(new TokenizerTrainingOptions([corpus], _folder.Path("x.model"))
            {
                Pieces = pieces,
                Extends = model,
            })).Message;
    }

    [Fact]
    public void A_tokenizer_is_not_compared_with_itself()
    {
        var problem = Assert.Single(Assert.Throws<ConfigurationException>(() => TokenizerComparison.Run(
            [tiny.Path, tiny.Path], [("new", _folder.WriteJsonLines("new.jsonl", ["abc"]))], new FieldMap())).Problems);

        Assert.Equal((tiny.Path, "2 times"), (problem.Where, problem.Found));
    }

    [Fact]
    public void A_comparison_counts_the_same_texts_for_each_tokenizer()
    {
        string[] texts = [.. Texts()];
        var extended = Extended(texts);
        var english = _folder.WriteJsonLines("english.jsonl", SomeText.Documents(20));

        var uses = TokenizerComparison.Run(
            [tiny.Path, extended], [("new", _folder.Path("new.jsonl")), ("english", english)], new FieldMap());

        var (old, larger) = (uses[0], uses[1]);
        Assert.Equal([texts.Length, 20], old.Sources.Select(source => source.Documents));
        Assert.Equal(texts.Sum(text => (long)System.Text.Encoding.UTF8.GetByteCount(text)), old.Sources[0].Bytes);
        Assert.Equal(old.Sources[0].Bytes, larger.Sources[0].Bytes);
        Assert.Equal(texts.Sum(text => (long)tiny.Tokenizer.Encode(text).Length), old.Sources[0].Tokens);
        Assert.True(larger.Sources[0].BytesPerToken > 1.5 * old.Sources[0].BytesPerToken);
        // These characters have no piece in the small model: three bytes each.
        Assert.InRange(old.Sources[0].FallbackShare, 0.01, 1);
        Assert.InRange(old.Sources[1].FallbackShare, 0, 0.01);
        Assert.InRange(larger.UnusedPieces, 1, larger.Pieces);
        Assert.Equal(old.All.Tokens, old.Sources.Sum(source => source.Tokens));
    }

    // Words that the small tokenizer has never seen, and some characters that it does not have.
    private static IEnumerable<string> Texts() => Enumerable.Range(0, 200).Select(i =>
        $"zymurgy quixotic{(i % 2 == 0 ? "ally" : "")} jackdaw vexing{(i % 3 == 0 ? "ly" : "")} sphinx "
        + $"waltz{(i % 5 == 0 ? "ing" : "")} 中文{i % 10}字\n");

    private string Extended(string[] texts)
    {
        var model = _folder.Path("larger.model");
        TokenizerTraining.Train(
            new TokenizerTrainingOptions([_folder.WriteJsonLines("new.jsonl", texts)], model)
            {
                Pieces = TinyTokenizer.Pieces + More,
                Extends = tiny.Path,
            });
        return model;
    }
}
