using System.Text;
using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Filtering;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.Evaluation;
using ZstdSharp;

namespace MiniCpmDist.Fuzz.Tests;

/// <summary>Corpora in other forms than lines of JSON, rules for them, and the files of evaluations.</summary>
internal static partial class Readers
{
    private const string Pipeline =
        """
        rules:
          - { measure: words, least: 50, most: 100000 }
          - { measure: stop_words, least: 2, words: [the, be] }
          - { measure: top_ngram_characters, n: 2, most: 0.2 }
        """;

    private static readonly JudgedTurn s_turn = new("81", 1, "red", "[[7]]");

    private static readonly TaskScoresReport s_scores = new(
        4, 400, 1, 99, 0.5, [new TaskScore("mmlu", "harness", "likelihood", "sum", IsOwn: true, 0.5, 0.1, 25)]);

    private static IEnumerable<Reader> CorpusReaders(string folder) =>
    [
        new("corpus in Zstandard", [Zstandard(Encoding.UTF8.GetBytes(Contents.Corpus))],
            content => ReadCorpus(Write(folder, "a.jsonl.zst", content))),
        new("corpus in Parquet", [Parquet()], content => ReadCorpus(Write(folder, "a.parquet", content))),
        new("filter pipeline", Texts(Pipeline), content => FilterPipeline.Read(Text(content), "rules.yaml")),
        new("questions", Texts("""{"question_id": 1, "turns": ["a", "b"], "reference": ["c", "d"]}"""),
            content => QuestionFile.Read(Write(folder, "question.jsonl", content))),
        new("judged answer", Texts(s_turn.Write()), content => _ = JudgedTurn.Read(Text(content)).Rating),
        new("scores", Texts(TaskScoresLine.Write(s_scores)), content => TaskScoresLine.Parse(Text(content))),
    ];

    private static byte[] Zstandard(byte[] content)
    {
        using var compressor = new Compressor();
        return compressor.Wrap(content).ToArray();
    }

    private static byte[] Parquet()
    {
        using var stored = typeof(Readers).Assembly.GetManifestResourceStream("own-corpus.parquet")!;
        using var content = new MemoryStream();
        stored.CopyTo(content);
        return content.ToArray();
    }
}
