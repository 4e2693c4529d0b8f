using MiniCpmDist.Data.Tokenization;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Data.Tests.Tokenization;

/// <summary>
/// Models of several kinds from the same mixed text: by our training, by SentencePiece's own with the flags of
/// MiniCPM's tokenizer, and as others make theirs (unigram, normalized with nmt_nfkc, no byte fallback).
/// </summary>
public sealed class MixedModels : IDisposable
{
    public const int Pieces = 900;

    // MiniCPM's: byte-pair, byte fallback, nothing normalized, digits alone, 0 unknown, 1 begin, 2 end.
    private static readonly string[] s_miniCpmFlags =
    [
        "--model_type=bpe", $"--vocab_size={Pieces}", "--unk_id=0", "--bos_id=1", "--eos_id=2", "--pad_id=-1",
        "--byte_fallback=true", "--split_digits=true", "--normalization_rule_name=identity",
        "--remove_extra_whitespaces=false", "--add_dummy_prefix=true", "--allow_whitespace_only_pieces=true",
        "--user_defined_symbols=\n", "--max_sentence_length=65536",
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, Tokenizer> _tokenizers;

    public MixedModels()
    {
        var sentences = MixedText.Sentences(4000).ToList();
        var file = _folder.Write("sentences", string.Concat(sentences.Select(line => line + "\n")));
        var corpus = _folder.WriteJsonLines("corpus.jsonl", sentences);
        var ours = _folder.Path("ours.model");
        TokenizerTraining.Train(new TokenizerTrainingOptions([corpus], ours) { Pieces = Pieces });
        string[] paths =
        [
            ours,
            SpmTool.Train(_folder, "minicpm", file, s_miniCpmFlags),
            SpmTool.Train(
                _folder, "unigram", file, "--model_type=unigram", "--vocab_size=300", "--hard_vocab_limit=false"),
            SpmTool.Train(
                _folder, "bpe-without-bytes", file, "--model_type=bpe", "--vocab_size=300", "--hard_vocab_limit=false",
                "--normalization_rule_name=identity", "--character_coverage=0.98"),
        ];
        _tokenizers = paths.ToDictionary(path => Path.GetFileNameWithoutExtension(path), Tokenizer.Load);
    }

    public static TheoryData<string> Names => ["ours", "minicpm", "unigram"];

    public Tokenizer this[string name] => _tokenizers[name];

    public void Dispose()
    {
        foreach (var tokenizer in _tokenizers.Values)
            tokenizer.Dispose();
        _folder.Dispose();
    }
}
