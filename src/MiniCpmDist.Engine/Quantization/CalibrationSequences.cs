using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.TokenFolders;

namespace MiniCpmDist.Engine.Quantization;

/// <summary>Sequences of a data folder, spread evenly over its training split.</summary>
public sealed class CalibrationSequences
{
    private CalibrationSequences(string folder, string hash, int length, IReadOnlyList<CalibrationSequence> all) =>
        (Folder, ContentHash, Length, All) = (folder, hash, length, all);

    public string Folder { get; }

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
            var (ids, _, segments, _) = MicroBatch.Read([data], [new SequenceRef(0, index)]);
            all.Add(new CalibrationSequence(index, ids, segments));
        }
        return new CalibrationSequences(folder, data.ContentHash, data.SequenceLength, all);
    }
}
