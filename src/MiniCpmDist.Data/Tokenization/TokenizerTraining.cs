using System.Globalization;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Corpus;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Native.Loading;
using MiniCpmDist.Native.SentencePiece;

namespace MiniCpmDist.Data.Tokenization;

/// <summary>Learns a tokenizer from a corpus: SentencePiece BPE as MiniCPM uses it.</summary>
public static class TokenizerTraining
{
    private const int FewestPieces = 300;   // 256 bytes, three special ones, the newline, and some letters
    private const int MostPieces = 1_000_000;
    private const int LongestSentenceBytes = 1 << 16;

    /// <summary>Trains and writes the model file; the same corpus, seed and library give the same bytes.</summary>
    /// <param name="options">What from, where to, how many pieces.</param>
    /// <param name="progress">Is told now and then how many documents have been read.</param>
    /// <exception cref="ConfigurationException">Everything that is wrong with the options or
    /// the corpus; nothing is written.</exception>
    public static TokenizerTrainingReport Train(TokenizerTrainingOptions options, Action<long>? progress = null)
    {
        var passedOver = new List<PassedOverFile>();
        var files = Check(options, passedOver);
        var quarantine = new QuarantineLog(options.MaxBroken);
        var sample = new DocumentSample(options.SampleBytes, options.Seed);
        var lines = 0L;
        foreach (var document in CorpusReader.Read(files, quarantine.Add, options.Fields, count => lines += count))
        {
            sample.Offer(document.Text);
            if (sample.Offered % 1000 == 0)
                progress?.Invoke(sample.Offered);
        }
        quarantine.ThrowIfTooMany(sample.Offered, lines);

        var model = options.Extends is { } extended
            ? TokenizerExtension.Learn(extended, options.Pieces, sample)
            : Learn(options, sample);
        var partial = options.ModelPath + ".partial";
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(options.ModelPath))!);
        File.WriteAllBytes(partial, model);
        File.Move(partial, options.ModelPath);
        return new TokenizerTrainingReport(
            options.ModelPath, options.Pieces, sample.Offered, sample.Count, sample.Bytes, quarantine.Count,
            SyncedFile.HashOf(options.ModelPath))
        {
            PassedOver = passedOver,
        };
    }

    private static IReadOnlyList<string> Check(
        TokenizerTrainingOptions options, List<PassedOverFile> passedOver)
    {
        var problems = new ProblemCollector();
        var files = problems.Try(() => CorpusFiles.Find(options.Corpus, standardInput: true, passedOver));
        options.Fields.Check(problems);
        problems.Require(
            options.Pieces is >= FewestPieces and <= MostPieces, "pieces", $"{FewestPieces} to {MostPieces}",
            options.Pieces.ToString(CultureInfo.InvariantCulture), "4096 is right for small experiments");
        if (options.Extends is { } extended)
            TokenizerExtension.Check(extended, options.Pieces, problems);
        problems.Require(
            !Path.Exists(options.ModelPath), options.ModelPath, "a name that is free", "a file or folder",
            "choose another --out, or remove it");
        problems.ThrowIfAny();
        return files!;
    }

    private static byte[] Learn(TokenizerTrainingOptions options, DocumentSample sample)
    {
        try
        {
            return SentencePieceTrainer.Train(Settings(options.Pieces), sample.Concatenated());
        }
        catch (NativeException e) when (!e.IsOutOfMemory)
        {
            throw new ConfigurationException([new Problem(
                "corpus", $"text enough for {options.Pieces} pieces",
                $"{sample.Count} document(s), {sample.Bytes} bytes ({e.Message})",
                "ask for fewer --pieces or give more text")]);
        }
    }

    // As in MiniCPM's tokenizer: nothing is normalized, digits stand alone, what has no piece is spelled in bytes.
    // Newlines and runs of spaces get pieces, so that a text comes back from its ids as it was.
    private static Dictionary<string, string> Settings(int pieces) => new()
    {
        ["model_type"] = "bpe",
        ["vocab_size"] = pieces.ToString(CultureInfo.InvariantCulture),
        ["unk_id"] = "0",
        ["bos_id"] = "1",
        ["eos_id"] = "2",
        ["pad_id"] = "-1",
        ["byte_fallback"] = "true",
        ["split_digits"] = "true",
        ["normalization_rule_name"] = "identity",
        ["remove_extra_whitespaces"] = "false",
        ["add_dummy_prefix"] = "true",
        ["allow_whitespace_only_pieces"] = "true",
        ["user_defined_symbols"] = "\n",
        ["max_sentence_length"] = LongestSentenceBytes.ToString(CultureInfo.InvariantCulture),
        ["num_threads"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
    };
}
