using System.Reflection;
using System.Text.Json;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Data.Building;
using MiniCpmDist.Data.Tokenization;

namespace MiniCpmDist.Tests.Fixtures;

/// <summary>
/// A data folder of made-up prose, which no edit of a document can change, and the options of a run over it.
/// </summary>
public sealed class TinyData : IDisposable
{
    public TinyData()
    {
        Folder = Directory.CreateTempSubdirectory("minicpm-engine-").FullName;
        var corpus = Path.Combine(Folder, "corpus.jsonl");
        File.WriteAllLines(
            corpus, Paragraphs().Select(paragraph => JsonSerializer.Serialize(new { text = paragraph })));
        var tokenizer = Path.Combine(Folder, "tokenizer.model");
        TokenizerTraining.Train(new TokenizerTrainingOptions([corpus], tokenizer) { Pieces = 400 });
        DataBuild.Run(new DataBuildOptions([corpus], tokenizer, Path.Combine(Folder, "data"))
        {
            HeldOutFraction = 0.2,
            SequenceLength = SequenceLength,
        });
    }

    public const int SequenceLength = 16;

    public string Folder { get; }

    /// <summary>A data folder below <see cref="Folder"/> as a source of its name.</summary>
    public SourceOptions Source(string name) => new()
    {
        Name = name,
        Path = Path.Combine(Folder, name),
        HeldOut = Path.Combine(Folder, name),
    };

    public RunOptions Options(int steps = 6) => new()
    {
        Name = "tiny",
        Model = new ModelOptions(null, new ModelShape
        {
            HiddenSize = 32,
            IntermediateSize = 80,
            Layers = 2,
            Heads = 4,
            KeyValueHeads = 2,
            HeadDim = 8,
            VocabularySize = 400,
        }),
        Data = new DataOptions
        {
            Sources = [Source("data")],
            SequenceLength = SequenceLength,
            EvaluateSequences = 4,
        },
        Schedule = new ScheduleOptions { Warmup = 2 * 96, Stable = (steps - 2) * 96, TokenBatch = 96 },
        Parallel = new() { Lanes = 4, MicroBatch = 1 },
    };

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Those of the license, and as many again of its words in any order.</summary>
    private static IEnumerable<string> Paragraphs()
    {
        const int Invented = 300;
        var license = File.ReadAllText(Path.Combine(Root, "LICENSE"));
        var words = license.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        var random = new Random(17);
        return license.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Concat(Enumerable.Range(0, Invented).Select(
            _ => string.Join(
                ' ', Enumerable.Range(0, random.Next(5, 40)).Select(_ => words[random.Next(words.Length)]))));
    }

    private static string Root => typeof(TinyData).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(entry => entry.Key == "RepositoryRoot").Value!;
}
