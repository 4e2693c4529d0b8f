using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Tokenization;

namespace MiniCpmDist.Data.TokenFolders;

/// <summary>What an inspection of a data folder has found.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Manifest">What it says of itself.</param>
/// <param name="IsVerified">Whether every hash and checksum has been looked at, and was right.</param>
/// <param name="Reach">How far back documents reach in the sequences of the training split.</param>
/// <param name="Samples">Sequences of the training split as text.</param>
public sealed record DataFolderReport(
    string Folder, DataManifest Manifest, bool IsVerified, DocumentReach Reach, IReadOnlyList<SequenceText> Samples)
{
    /// <summary>Parts that were appended, in order.</summary>
    public IReadOnlyList<DataManifest> Appended { get; init; } = [];

    private static readonly string[] s_splits = ["train", "held-out"];

    /// <summary>Looks at a folder.</summary>
    /// <param name="folder">Made by <c>minicpm data build</c>.</param>
    /// <param name="verify">Look at every hash and checksum, too.</param>
    /// <param name="sequence">The training sequence to decode; null for some that are spread over the split.</param>
    /// <param name="samples">How many of those.</param>
    /// <exception cref="ConfigurationException">Everything that is wrong with the folder.</exception>
    public static DataFolderReport Read(string folder, bool verify, long? sequence, int samples)
    {
        var parts = FolderParts.Count(folder);
        var manifests = FolderParts.Read(folder, parts);
        var manifest = manifests[0];
        var problems = new ProblemCollector();
        foreach (var split in s_splits)
        {
            using var dataset = problems.Try(() => TokenDataset.Open(folder, split, parts));
            if (verify)
                dataset?.Verify(problems);
        }
        problems.ThrowIfAny();
        using var train = TokenDataset.Open(folder, "train", parts);
        var reach = DocumentReach.Of(train, DocumentReach.Windows(manifest.SequenceLength));
        return new DataFolderReport(folder, manifest, verify, reach, Decode(train, sequence, samples))
        {
            Appended = [.. manifests.Skip(1)],
        };
    }

    private static List<SequenceText> Decode(TokenDataset dataset, long? sequence, int samples)
    {
        using var tokenizer = Tokenizer.Load(dataset.TokenizerPath);
        var count = dataset.SequenceCount;
        if (sequence is { } wanted && (wanted < 0 || wanted >= count))
        {
            throw new ConfigurationException([new Problem(
                "--sequence", count == 0 ? "a folder with a whole sequence" : $"0 to {count - 1}",
                $"{wanted} of {dataset.Folder}", "leave it out to see some")]);
        }
        var shown = Math.Min(samples, count);
        var indices = sequence is { } one
            ? [one]
            : Enumerable.Range(0, (int)shown).Select(i => i * count / shown);
        return [.. indices.Select(index => SequenceText.Read(dataset, tokenizer, index))];
    }
}
