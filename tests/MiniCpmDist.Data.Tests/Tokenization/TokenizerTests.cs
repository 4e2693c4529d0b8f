using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Tokenization;
using MiniCpmDist.Native.Loading;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Data.Tests.Tokenization;

public sealed class TokenizerTests(TinyTokenizer tiny)
{
    [Theory]
    [InlineData("The model learns.\n\n  Indented, with   gaps\n")]
    [InlineData(" begins with a space")]
    [InlineData("\nbegins with a newline")]
    [InlineData("tab\t, carriage return\r\n, zero\0byte")]
    [InlineData("digits 1234567890 and punctuation !?")]
    [InlineData("🦜 emoji, 小钢炮, ελληνικά, é and e\u0301, ﬁ")]
    [InlineData("\n")]
    [InlineData("  ")]
    [InlineData("")]
    public void A_text_comes_back_from_its_ids_as_it_was(string text) =>
        Assert.Equal(text, tiny.Tokenizer.Decode(tiny.Tokenizer.Encode(text)));

    [Fact]
    public void Begin_and_end_have_the_ids_of_MiniCPM_and_decode_to_nothing()
    {
        Assert.Equal((1, 2), (tiny.Tokenizer.BosId, tiny.Tokenizer.EosId));
        Assert.Equal(["<unk>", "<s>", "</s>"], Enumerable.Range(0, 3).Select(tiny.Tokenizer.Piece));
        Assert.Equal("loss", tiny.Tokenizer.Decode([1, .. tiny.Tokenizer.Encode("loss"), 2]));
    }

    [Fact]
    public void Each_digit_is_a_piece_of_its_own() =>
        Assert.Equal(["1", "9", "9"], tiny.Tokenizer.Encode("rank 199").TakeLast(3).Select(tiny.Tokenizer.Piece));

    [Fact]
    public void The_model_has_exactly_the_pieces_that_were_asked_for()
    {
        Assert.Equal(TinyTokenizer.Pieces, tiny.Tokenizer.PieceCount);
        Assert.Equal(tiny.Report.Hash, tiny.Tokenizer.Hash);
        Assert.Equal(500, tiny.Report.Documents);
    }

    [Fact]
    public void A_missing_file_and_a_file_that_is_no_model_are_the_users_problem()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains(
            "no file of that name",
            Assert.Throws<ConfigurationException>(() => Tokenizer.Load(folder.Path("x.model"))).Message,
            StringComparison.Ordinal);
        var text = folder.Write("text.model", "not a model");
        Assert.Contains(
            "tokenizer train", Assert.Throws<ConfigurationException>(() => Tokenizer.Load(text)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("one\r\ntwo\rthree\n\n\r\nthe end\r")]
    [InlineData("the last line has an end\n")]
    [InlineData("\uFEFFthe mark stays\u2028\u0085\n")]
    public void Lines_are_those_of_spm_encode_and_a_carriage_return_is_a_character_of_them(string text)
    {
        var lines = text.Split('\n');
        if (lines[^1].Length == 0)
            lines = lines[..^1];
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));

        Assert.Equal(
            SpmTool.Encode(tiny.Path, lines.Select(System.Text.Encoding.UTF8.GetBytes)),
            tiny.Tokenizer.EncodeLines(stream));
    }

    [Theory]
    [InlineData(-1, 2, "without bos")]
    [InlineData(1, -1, "without eos")]
    [InlineData(-1, -1, "without both of them, bos and eos")]
    public void A_model_that_lacks_begin_or_end_is_told_which(int bos, int eos, string says)
    {
        using var folder = new TemporaryFolder();
        var sentences = folder.Write("sentences", string.Concat(SomeText.Documents(100)));
        var model = SpmTool.Train(
            folder, "m", sentences, "--vocab_size=60", "--hard_vocab_limit=false", $"--bos_id={bos}",
            $"--eos_id={eos}");

        var problem = Assert.Throws<ConfigurationException>(() => Tokenizer.Load(model));

        Assert.Contains(says, problem.Message, StringComparison.Ordinal);
        Assert.Contains("spm_train --bos_id", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Training_again_gives_the_same_file_and_never_overwrites_one()
    {
        using var folder = new TemporaryFolder();
        var options = new TokenizerTrainingOptions([tiny.Corpus], folder.Path("again.model"))
        {
            Pieces = TinyTokenizer.Pieces
        };

        Assert.Equal(tiny.Report.Hash, TokenizerTraining.Train(options).Hash);
        Assert.Throws<ConfigurationException>(() => TokenizerTraining.Train(options));
    }

    [Fact]
    public void A_sample_is_bounded_even_and_the_same_every_time()
    {
        using var folder = new TemporaryFolder();
        var report = TokenizerTraining.Train(Sampled("one.model"));

        Assert.InRange(report.SampledBytes, 15_000, 20_000);
        Assert.InRange(report.SampledDocuments, 20, 250);
        Assert.Equal(report.Hash, TokenizerTraining.Train(Sampled("two.model")).Hash);

        TokenizerTrainingOptions Sampled(string name) =>
            new([tiny.Corpus], folder.Path(name)) { Pieces = 320, SampleBytes = 20_000 };
    }

    [Fact]
    public void Too_little_text_for_the_pieces_is_the_users_problem_and_leaves_no_file()
    {
        using var folder = new TemporaryFolder();
        var corpus = folder.WriteJsonLines("corpus.jsonl", ["hardly anything"]);

        var problem = Assert.Throws<ConfigurationException>(
            () => TokenizerTraining.Train(new TokenizerTrainingOptions([corpus], folder.Path("t.model"))));

        Assert.Contains("fewer --pieces", problem.Message, StringComparison.Ordinal);
        Assert.Equal([corpus], Directory.GetFileSystemEntries(folder.Root));
    }

    [Fact]
    public void All_problems_of_training_are_named_at_once()
    {
        using var folder = new TemporaryFolder();
        var taken = folder.Write("taken.model", "");
        var problem = Assert.Throws<ConfigurationException>(
            () => TokenizerTraining.Train(
                new TokenizerTrainingOptions([folder.Path("missing")], taken) { Pieces = 5 }));
        Assert.Equal([folder.Path("missing"), "pieces", taken], problem.Problems.Select(one => one.Where));
    }

    [Fact]
    public void A_tokenizer_is_released_by_its_owner()
    {
        var before = NativeLibraries.LiveObjects;
        using (Tokenizer.Load(tiny.Path))
        {
            Assert.Equal(before + 1, NativeLibraries.LiveObjects);
        }
        Assert.Equal(before, NativeLibraries.LiveObjects);
    }
}
