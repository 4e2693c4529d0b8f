using System.Security.Cryptography;
using System.Text;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Data.TokenFolders;

/// <summary>The files of one split of one folder: ids, parts and pictures of its sequences.</summary>
internal sealed class SplitFiles : IDisposable
{
    private SplitFiles(DataManifest manifest, DataSplit split, TokenFile tokens, TokenIndex index, ImageParts? images)
    {
        (Split, Tokens, Index, Images) = (split, tokens, index, images);
        var pictures = split == manifest.Train ? manifest.Images?.TrainSha256 : manifest.Images?.HeldOutSha256;
        Hashes = split.TokensSha256 + split.IndexSha256 + pictures;
    }

    public DataSplit Split { get; }

    public TokenFile Tokens { get; }

    public TokenIndex Index { get; }

    public ImageParts? Images { get; }

    /// <summary>What the manifest says that the files are: their SHA-256, one after the other.</summary>
    public string Hashes { get; }

    public long SequenceCount => Tokens.Header.SequenceCount;

    /// <summary>Opens the files; null, with problems, where something is wrong with them.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="manifest">What it says of itself.</param>
    /// <param name="split"><c>train</c> or <c>held-out</c>.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <param name="sources">Sources that are opened together; see <see cref="DataFolderChecks.Content"/>.</param>
    public static SplitFiles? Open(
        string folder, DataManifest manifest, string split, ProblemCollector problems, int sources)
    {
        var described = manifest.Split(split);
        var found = new ProblemCollector();
        var tokens = found.Try(() => TokenFile.Open(Path.Combine(folder, described.TokensFile), manifest, described));
        var index = found.Try(() => TokenIndex.Open(Path.Combine(folder, described.IndexFile), described));
        var images = manifest.Images is null ? null : found.Try(() => ImageParts.Open(folder, manifest, split));
        if (tokens is not null && index is not null)
            DataFolderChecks.Content(tokens, index, described, found, sources);
        images?.Check(found);
        if (!found.Any)
            return new SplitFiles(manifest, described, tokens!, index!, images);
        images?.Dispose();
        tokens?.Dispose();
        index?.Dispose();
        foreach (var problem in found.Problems)
            problems.Add(problem);
        return null;
    }

    /// <summary>Adds a problem for everything that is not as it was built, however long it takes.</summary>
    public void Verify(ProblemCollector problems)
    {
        DataFolderChecks.Everything(Tokens, Index, Split, problems);
        Images?.Check(problems, everything: true);
    }

    /// <summary>SHA-256 of the hashes of the first so many of these; lower-case hex.</summary>
    public static string ContentHash(IEnumerable<SplitFiles> files) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(files.Select(one => one.Hashes)))));

    public void Dispose()
    {
        Tokens.Dispose();
        Index.Dispose();
        Images?.Dispose();
    }
}
