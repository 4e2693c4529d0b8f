using System.Buffers;
using System.Text;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Data.Tokenization;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Data.Tests.Tokenization;

public sealed class TextEncoderTests(TinyTokenizer tiny, MixedModels models) : IClassFixture<MixedModels>
{
    public static TheoryData<string> Texts =>
    [
        "",
        " ",
        "one",
        " begins and  ends with spaces ",
        "words\nlines\n\n\tindented  twice\r\n",
        "digits 12 345, punctuation !? and an address file:///x y",
        "小钢炮 and ελληνικά 🦜 e\u0301 x \u2581 y",
        "zero\0byte and \u00a0 other \u3000 spaces",
        string.Concat(SomeText.Documents(300)),
        string.Concat(Enumerable.Repeat("没有空格的文字。", 200)),
        string.Concat(Enumerable.Repeat("0123456789abcdef", 1000)) + " a",
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_text_has_the_ids_that_the_library_gives_it_at_once(string text)
    {
        Assert.True(tiny.Tokenizer.CanCutAtSpaces);
        var encoder = new TextEncoder(tiny.Tokenizer);
        // Twice: what an encoder remembers must not change what it says.
        for (var i = 0; i < 2; i++)
        {
            var ids = new ArrayBufferWriter<int>();
            Assert.True(encoder.TryEncode(Encoding.UTF8.GetBytes(text), ids));
            Assert.Equal(tiny.Tokenizer.Encode(text), ids.WrittenSpan.ToArray());
        }
    }

    [Fact]
    public void A_text_of_many_windows_has_the_ids_that_the_library_gives_it_at_once()
    {
        var text = string.Concat(SomeText.Documents(6000));
        Assert.True(text.Length > 5 << 18);
        var ids = new ArrayBufferWriter<int>();

        Assert.True(new TextEncoder(tiny.Tokenizer).TryEncode(Encoding.UTF8.GetBytes(text), ids));

        Assert.Equal(tiny.Tokenizer.Encode(text), ids.WrittenSpan.ToArray());
    }

    [Fact]
    public void A_text_of_more_than_a_million_characters_without_a_cut_is_refused_and_a_shorter_one_is_not()
    {
        var encoder = new TextEncoder(tiny.Tokenizer);
        // A run of spaces may be taken together by any model.
        var text = new byte[(1 << 20) + 1];
        text.AsSpan().Fill((byte)' ');
        Assert.False(encoder.TryEncode(text, new ArrayBufferWriter<int>()));
        Assert.True(encoder.TryEncode(text.AsSpan(1), new ArrayBufferWriter<int>()));
    }

    [Theory]
    [InlineData("ours")]
    [InlineData("minicpm")]
    public void A_Chinese_text_of_more_than_a_million_characters_has_the_ids_that_spm_encode_gives_it(string model)
    {
        var text = Encoding.UTF8.GetBytes(MixedText.Chinese((1 << 20) + 50_000, seed: 1));
        var ids = new ArrayBufferWriter<int>();

        Assert.True(new TextEncoder(models[model]).TryEncode(text, ids));

        Assert.Equal(Assert.Single(SpmTool.Encode(models[model].Path, [text])), ids.WrittenSpan.ToArray());
    }

    [Theory]
    [InlineData("ours")]
    [InlineData("minicpm")]
    [InlineData("bpe-without-bytes")]
    public void No_cut_in_a_text_without_spaces_changes_its_ids(string model)
    {
        var tokenizer = models[model];
        for (var seed = 0; seed < 40; seed++)
        {
            // Also what has no piece of its own, control characters, and the newline that is a symbol of the user's.
            var text = MixedText.Chinese(400, seed).Replace("、", "\n", StringComparison.Ordinal);
            var utf8 = Encoding.UTF8.GetBytes(text);
            var expected = tokenizer.Encode(utf8);
            for (var from = 1; from < utf8.Length; from += 7)
            {
                var cut = tokenizer.Neighbours!.FirstCut(utf8, from);
                if (cut < 0)
                    break;
                System.Text.Rune.DecodeLastFromUtf8(utf8.AsSpan(0, cut), out _, out var before);
                var known = tokenizer.Encode(utf8.AsSpan(cut - before, before)).Length;
                int[] found =
                [
                    .. tokenizer.Encode(utf8.AsSpan(0, cut)),
                    .. tokenizer.Encode(utf8.AsSpan(cut - before)).Skip(known),
                ];
                Assert.Equal(expected, found);
            }
        }
    }

    [Fact]
    public void A_unigram_model_says_that_it_needs_the_whole_text()
    {
        var encoder = new TextEncoder(models["unigram"]);
        Assert.False(encoder.TryEncode(
            Encoding.UTF8.GetBytes(MixedText.Chinese((1 << 20) + 1, seed: 1)), new ArrayBufferWriter<int>()));
        Assert.Contains("needs the whole text at once", encoder.TooLong, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model_type", "unigram")]
    [InlineData("normalization_rule_name", "nmt_nfkc")]
    [InlineData("add_dummy_prefix", "false")]
    [InlineData("treat_whitespace_as_suffix", "true")]
    [InlineData("split_by_whitespace", "false")]
    public void Only_a_model_whose_pieces_end_with_words_is_cut(string option, string value)
    {
        var options = new Dictionary<string, string>
        {
            ["model_type"] = "bpe",
            ["vocab_size"] = "300",
            ["byte_fallback"] = "false",
            ["normalization_rule_name"] = "identity",
            ["hard_vocab_limit"] = "false",
        };
        var sentences = Encoding.UTF8.GetBytes(string.Concat(SomeText.Documents(200)));
        Assert.True(SentencePieceModel.CanCutAtSpaces(
            Native.SentencePiece.SentencePieceTrainer.Train(options, sentences)));
        options[option] = value;
        Assert.False(SentencePieceModel.CanCutAtSpaces(
            Native.SentencePiece.SentencePieceTrainer.Train(options, sentences)));
    }

    [Fact]
    public void What_is_no_model_is_not_cut()
    {
        Assert.False(SentencePieceModel.CanCutAtSpaces("not a model"u8));
        Assert.False(SentencePieceModel.CanCutAtSpaces([]));
    }
}
