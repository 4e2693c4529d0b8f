using MiniCpmDist.Data.Tokenization;

namespace MiniCpmDist.Tests.Fixtures;

/// <summary>A tokenizer of 400 pieces, trained once for all tests that take it.</summary>
public sealed class TinyTokenizer : IDisposable
{
    public const int Pieces = 400;
    private readonly TemporaryFolder _folder = new();

    public TinyTokenizer()
    {
        Corpus = _folder.WriteJsonLines("corpus.json.gz", SomeText.Documents(500));
        Path = _folder.Path("tiny.model");
        Report = TokenizerTraining.Train(new TokenizerTrainingOptions([Corpus], Path) { Pieces = Pieces });
        Tokenizer = Tokenizer.Load(Path);
    }

    public string Corpus { get; }

    public string Path { get; }

    public TokenizerTrainingReport Report { get; }

    public Tokenizer Tokenizer { get; }

    public void Dispose()
    {
        Tokenizer.Dispose();
        _folder.Dispose();
    }
}
