using System.Buffers;
using System.Text;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Engine.Tests.Corpus;
using MiniCpmDist.Engine.Tokenization;

namespace MiniCpmDist.Engine.Tests.Tokenization;

public sealed class TextEncoderTests(TinyTokenizer tiny) : IClassFixture<TinyTokenizer>
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
    public void A_text_of_more_than_a_million_characters_without_a_space_is_refused_and_a_shorter_one_is_not()
    {
        var encoder = new TextEncoder(tiny.Tokenizer);
        var text = new byte[(1 << 20) + 1];
        text.AsSpan().Fill((byte)'x');
        Assert.False(encoder.TryEncode(text, new ArrayBufferWriter<int>()));
        text[1 << 19] = (byte)' ';
        Assert.True(encoder.TryEncode(text, new ArrayBufferWriter<int>()));
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
