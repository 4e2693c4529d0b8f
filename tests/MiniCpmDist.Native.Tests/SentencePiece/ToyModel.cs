using System.Text;
using MiniCpmDist.Native.SentencePiece;

namespace MiniCpmDist.Native.Tests.SentencePiece;

/// <summary>A small BPE model of made-up English, trained once.</summary>
public sealed class ToyModel : IDisposable
{
    private static readonly string[] s_words =
        ("the of and a model learns tokens from text with rate warm decay stable phase rank lane gradient "
            + "small large loss").Split(' ');

    private readonly TemporaryFolder _folder = new();

    public ToyModel()
    {
        Path = _folder.File("toy.model");
        File.WriteAllBytes(Path, SentencePieceTrainer.Train(Options(400), Sentences()));
        Processor = SentencePieceProcessor.Load(Path);
    }

    public string Path { get; }

    public SentencePieceProcessor Processor { get; }

    public static Dictionary<string, string> Options(int pieces) => new()
    {
        ["model_type"] = "bpe",
        ["vocab_size"] = $"{pieces}",
        ["byte_fallback"] = "true",
        ["normalization_rule_name"] = "identity",
        ["remove_extra_whitespaces"] = "false",
    };

    public static byte[] Sentences()
    {
        var random = new Random(1);
        var text = new StringBuilder();
        for (var line = 0; line < 2000; line++)
            text.AppendJoin(' ', Enumerable.Range(0, 12).Select(_ => s_words[random.Next(s_words.Length)]))
                .Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public void Dispose()
    {
        Processor.Dispose();
        _folder.Dispose();
    }
}
