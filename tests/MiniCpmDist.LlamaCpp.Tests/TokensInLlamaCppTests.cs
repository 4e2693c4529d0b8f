using MiniCpmDist.Core.Formats.Gguf;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.LlamaCpp.Tests;

public sealed class TokensInLlamaCppTests(TinyTokenizer tokenizer, TokensInLlamaCppTests.SmallFile file)
    : IClassFixture<TokensInLlamaCppTests.SmallFile>
{
    public static TheoryData<string> HostileTexts { get; } =
    [
        "", " ", "  ", "\n", "\n\n a\nb\n", " leading", "trailing ", "a  b   c", "\t\ttabs\r\n", "1234567890 3.14",
        "e\u0301 \ufb01 \u212b \u03a9", "漢字かな交じり文", "🦙👩\u200d👩\u200d👧", "\u0000nul", "</s><s><unk>", "<0x41>",
        "\u2581 \u2581\u2581", "a\u00a0b\u3000c", "\ufeffmark", "🏴\U000E0067", "[PAD0]", "\u0100\u0101\ufffd",
        "    indented(code) {\n        x;\n    }", "<用户>hello<AI>",
    ];

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public void Llama_cpp_reads_a_text_as_our_tokenizer_does(string text) =>
        Assert.Equal([1, .. tokenizer.Tokenizer.Encode(text)], file.Model.Tokenize(text));

    /// <summary>A model whose embedding has more rows than the tokenizer has pieces.</summary>
    public sealed class SmallFile : IDisposable
    {
        private readonly RandomModel _source;

        public SmallFile(TinyTokenizer tokenizer)
        {
            _source = new RandomModel(
                new ModelShape
                {
                    HiddenSize = 32,
                    IntermediateSize = 32,
                    Layers = 1,
                    Heads = 1,
                    KeyValueHeads = 1,
                    HeadDim = 32,
                    VocabularySize = TinyTokenizer.Pieces + 8,
                },
                tokenizer.Path);
            Model = new LlamaModel(_source.Export(GgufType.F16));
        }

        internal LlamaModel Model { get; }

        public void Dispose()
        {
            Model.Dispose();
            _source.Dispose();
        }
    }
}
