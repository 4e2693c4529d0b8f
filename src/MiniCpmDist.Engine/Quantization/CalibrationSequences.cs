using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Chat;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Data.Tokenization;

namespace MiniCpmDist.Engine.Quantization;

/// <summary>Sequences of a data folder, or of conversations, spread evenly over its training split.</summary>
public sealed class CalibrationSequences
{
    private CalibrationSequences(string origin, string hash, int length, IReadOnlyList<CalibrationSequence> all) =>
        (Origin, ContentHash, Length, All) = (origin, hash, length, all);

    /// <summary>The folder or the file of conversations.</summary>
    public string Origin { get; private init; }

    /// <summary>The name of the template that conversations were written with; null for a data folder.</summary>
    public string? Template { get; private init; }

    /// <summary>Conversations that fit into a sequence; null for a data folder.</summary>
    public long? Conversations { get; private init; }

    /// <summary>Tokens that go through the model.</summary>
    public long Tokens => All.Sum(sequence => (long)sequence.Ids.Length);

    /// <summary>Of the split's tokens.</summary>
    public string ContentHash { get; }

    /// <summary>Positions of a sequence.</summary>
    public int Length { get; }

    public IReadOnlyList<CalibrationSequence> All { get; }

    /// <param name="folder">That <c>minicpm data build</c> made.</param>
    /// <param name="tokenizerHash">SHA-256 of the model's tokenizer.</param>
    /// <param name="count">How many; all where there are fewer.</param>
    /// <exception cref="ConfigurationException">The folder is broken, empty, or of another tokenizer.</exception>
    public static CalibrationSequences Open(string folder, string tokenizerHash, int count)
    {
        using var data = TokenDataset.Open(folder, "train");
        var problems = new ProblemCollector();
        problems.Require(
            data.TokenizerHash == tokenizerHash, folder, "text in the pieces of the model's tokenizer",
            "data of another tokenizer", "build it with --tokenizer and the tokenizer.model of the model's folder");
        problems.Require(
            data.SequenceCount > 0, folder, "at least one whole sequence", $"fewer than {data.SequenceLength} tokens",
            "build it from more text, or with a smaller --sequence-length");
        problems.ThrowIfAny();
        var taken = Math.Min(count, data.SequenceCount);
        var all = new List<CalibrationSequence>();
        for (var i = 0L; i < taken; i++)
        {
            var index = i * data.SequenceCount / taken;
            var (ids, targets, segments, _) = MicroBatch.Read([data], [new SequenceRef(0, index)]);
            all.Add(WithoutFilling(new CalibrationSequence(index, ids, segments), targets));
        }
        return new CalibrationSequences(folder, data.ContentHash, data.SequenceLength, all);
    }

    /// <summary>Writes conversations with a template, and packs them into sequences as fine-tuning does.</summary>
    /// <param name="options">The conversations, the model's tokenizer and the template.</param>
    /// <param name="count">Sequences at most.</param>
    /// <exception cref="ConfigurationException">Everything that is wrong with the conversations.</exception>
    public static CalibrationSequences OfConversations(ChatDataOptions options, int count)
    {
        // Each rank makes it for itself: the same conversations give the same sequences.
        var folder = Directory.CreateTempSubdirectory("minicpm-calibration-").FullName;
        try
        {
            var data = Path.Combine(folder, "data");
            var report = ChatDataBuild.Run(options with { HeldOutFraction = 0 }, data);
            using var tokenizer = Tokenizer.Load(options.TokenizerPath);
            var made = Open(data, tokenizer.Hash, count);
            return new CalibrationSequences(string.Join(", ", options.Files), made.ContentHash, made.Length, made.All)
            {
                Template = options.Template.Name,
                Conversations = report.Packed,
            };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Whole samples are packed, and the rest of a sequence is a segment that no model learns from: it is no input.
    private static CalibrationSequence WithoutFilling(CalibrationSequence sequence, long[] targets)
    {
        var (segments, last) = (sequence.Segments, sequence.Segments[^1]);
        return segments.Count == 1 || targets.AsSpan(^last..).ContainsAnyExcept(TokenDataset.NoLoss)
            ? sequence
            : sequence with { Ids = sequence.Ids[..^last], Segments = segments.Slice(0, segments.Count - 1) };
    }
}
