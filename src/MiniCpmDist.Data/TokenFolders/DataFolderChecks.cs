using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Data.TokenFolders;

/// <summary>Checks whether a data folder is still the one that was built.</summary>
internal static class DataFolderChecks
{
    /// <summary>
    /// A file of up to this size is hashed whole whenever it is opened, which takes about a second. Of a larger one,
    /// some sequences are checked.
    /// </summary>
    public const long HashedWholeBytes = 1L << 30;

    private const int TriedSequences = 1000;
    private const int LeastTried = 10;
    private const string Repair = "copy the folder again, or build the data again";

    /// <summary>A problem where the folder's tokenizer is not the one that made the ids.</summary>
    public static void Tokenizer(string folder, DataTokenizer described, ProblemCollector problems)
    {
        var path = Path.Combine(folder, described.File);
        var found = !File.Exists(path)
            ? "no such file"
            : SyncedFile.HashOf(path) != described.Sha256 ? "another file" : null;
        problems.Require(
            found is null, path, "the tokenizer that this data was built with", found ?? "",
            "put it back, or build the data again");
    }

    /// <summary>Problems where the content of the files is not what was built, as far as can be seen quickly.</summary>
    /// <param name="tokens">The ids.</param>
    /// <param name="index">Their index.</param>
    /// <param name="split">What they should be.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <param name="sources">Sources that are opened together. They share what one has, so that a run of a hundred
    /// begins as soon as a run of one.</param>
    /// <param name="most">Bytes of a file that is hashed whole, where there is one source.</param>
    public static void Content(
        TokenFile tokens, TokenIndex index, DataSplit split, ProblemCollector problems, int sources = 1,
        long most = HashedWholeBytes)
    {
        var hashedWholeBytes = most / sources;
        if (index.Bytes <= hashedWholeBytes)
            Hash(index.Path, split.IndexSha256, problems);
        if (tokens.Bytes <= hashedWholeBytes)
            Hash(tokens.Path, split.TokensSha256, problems);
        // The checksums of a changed index would blame the tokens.
        if (!problems.Any && (index.Bytes > hashedWholeBytes || tokens.Bytes > hashedWholeBytes))
            Sequences(tokens, index, Math.Max(LeastTried, TriedSequences / sources), problems);
    }

    /// <summary>
    /// Checks everything, however long it takes: both hashes, and each sequence against its checksum.
    /// </summary>
    public static void Everything(TokenFile tokens, TokenIndex index, DataSplit split, ProblemCollector problems)
    {
        Hash(index.Path, split.IndexSha256, problems);
        Hash(tokens.Path, split.TokensSha256, problems);
        Sequences(tokens, index, split.Sequences, problems);
    }

    /// <summary>The first bytes of a file, fewer where it has fewer.</summary>
    public static byte[] Beginning(string path, int bytes)
    {
        if (!File.Exists(path))
            throw Changed(path, "a file of the data folder", "no such file");
        using var file = InputFile.Open(path);
        var beginning = new byte[bytes];
        return beginning[..file.ReadAtLeast(beginning, bytes, throwOnEndOfStream: false)];
    }

    public static void RequireSize(string path, long expected)
    {
        var found = new FileInfo(path).Length;
        if (found != expected)
            throw Changed(path, $"{expected} bytes", $"{found} bytes");
    }

    public static ConfigurationException Changed(string path, string expected, string found) =>
        new([new Problem(path, expected, found, Repair)]);

    private static void Hash(string path, string expected, ProblemCollector problems)
    {
        var found = SyncedFile.HashOf(path);
        problems.Require(
            found == expected, path, $"SHA-256 {expected}, as the manifest says", $"{found}: changed after the build",
            Repair);
    }

    // The sequences are spread evenly. The first wrong one says enough.
    private static void Sequences(TokenFile tokens, TokenIndex index, long count, ProblemCollector problems)
    {
        var all = tokens.Header.SequenceCount;
        count = Math.Min(count, all);
        for (var i = 0L; i < count; i++)
        {
            var sequence = (long)((Int128)i * all / count);
            var isWhole = problems.Try(() =>
            {
                System.Buffers.ArrayPool<Core.Formats.SequencePart>.Shared.Return(
                    index.Parts(sequence, tokens.Header.SequenceLength, out _));
                return tokens.IsIntact(sequence, index.Checksum(sequence))
                    ? true
                    : throw Changed(
                        tokens.Path, $"sequence {sequence} as it was built", "another CRC-32: changed after the build");
            });
            if (!isWhole)
                return;
        }
    }
}
