using System.Buffers;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Images;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Data.TokenFolders;

/// <summary>
/// One split of a data folder: sequences of ids with their targets, as they were packed when the data were built.
/// Sequences of parts that were appended follow those of the parts before. Memory-mapped: what is not read costs
/// nothing. Several threads may read at once.
/// </summary>
public sealed class TokenDataset : IDisposable
{
    /// <summary>The target of a position that bears no loss.</summary>
    public const long NoLoss = -100;

    private readonly SplitFiles[] _files;

    private TokenDataset(string folder, DataManifest manifest, SplitFiles[] files)
    {
        _files = files;
        Images = manifest.Images;
        Folder = folder;
        Name = manifest.Name;
        SequenceLength = manifest.SequenceLength;
        Packing = manifest.Packing;
        VocabularySize = manifest.Tokenizer.Pieces;
        TokenizerHash = manifest.Tokenizer.Sha256;
        TokenizerPath = Path.Combine(folder, manifest.Tokenizer.File);
        ContentHash = SplitFiles.ContentHash(files);
        SequenceCount = files.Sum(one => one.SequenceCount);
        BytesPerToken = DataSplit.BytesPerToken([.. files.Select(one => one.Split)]);
    }

    /// <summary>The data folder.</summary>
    public string Folder { get; }

    /// <summary>How pictures were cut and written; null for texts alone.</summary>
    public DataImages? Images { get; }

    /// <summary>What a mixture calls this source.</summary>
    public string Name { get; }

    /// <summary>Positions of a sequence.</summary>
    public int SequenceLength { get; }

    /// <summary>How documents fill sequences.</summary>
    public Packing Packing { get; }

    /// <summary>Whole sequences in the split; 0 when it is shorter than one.</summary>
    public long SequenceCount { get; }

    /// <summary>Whole sequences in each part of the folder that is read.</summary>
    public IReadOnlyList<long> PartSequences => [.. _files.Select(one => one.SequenceCount)];

    /// <summary>Documents of the split; 0 where a build was told to hold nothing out.</summary>
    public long DocumentCount => _files.Sum(one => one.Split.Documents);

    /// <summary>Pieces of the tokenizer: ids are smaller.</summary>
    public int VocabularySize { get; }

    /// <summary>The tokenizer's copy in the data folder.</summary>
    public string TokenizerPath { get; }

    /// <summary>SHA-256 of the tokenizer's model file, lower-case hex.</summary>
    public string TokenizerHash { get; }

    /// <summary>
    /// SHA-256 of the hashes that the manifest names: of ids, parts and loss, and of pictures. Lower-case hex.
    /// </summary>
    public string ContentHash { get; }

    /// <summary>UTF-8 bytes of text for each position that bears loss; see <see
    /// cref="DataSplit.BytesPerToken"/>.</summary>
    public double BytesPerToken { get; }

    /// <summary><see cref="ContentHash"/> of the first so many parts.</summary>
    public string ContentHashOf(int parts) => SplitFiles.ContentHash(_files.Take(parts));

    /// <summary>Opens a split of a data folder.</summary>
    /// <param name="folder">Made by <c>minicpm data build</c>.</param>
    /// <param name="split"><c>train</c> or <c>held-out</c>.</param>
    /// <param name="parts">Parts to read: 1 for what was built, and one more for each time that something was
    /// appended.</param>
    /// <param name="sources">Sources that are opened together. They share the time that one has for looking at its
    /// files: up to 1 GiB is hashed, and of larger ones 1000 sequences are tried.</param>
    /// <exception cref="ConfigurationException">Everything that is wrong with the folder: missing, broken, changed
    /// after the build, or of another format.</exception>
    public static TokenDataset Open(string folder, string split, int parts = 1, int sources = 1) =>
        Open(folder, [(split, parts)], sources)[0];

    /// <summary>
    /// Opens both splits of a data folder, and looks at what they share once: so many parts to train on, and what the
    /// first part holds out. What a run is measured on does not change with what is appended.
    /// </summary>
    /// <exception cref="ConfigurationException">As <see cref="Open(string, string, int, int)"/>.</exception>
    public static (TokenDataset Train, TokenDataset HeldOut) OpenBoth(string folder, int parts, int sources)
    {
        var both = Open(folder, [("train", parts), ("held-out", 1)], sources);
        return (both[0], both[1]);
    }

    private static TokenDataset[] Open(string folder, (string Split, int Parts)[] wanted, int sources)
    {
        var manifests = FolderParts.Read(folder, wanted.Max(one => one.Parts));
        var problems = new ProblemCollector();
        foreach (var (i, manifest) in manifests.Index())
            DataFolderChecks.Tokenizer(FolderParts.PathOf(folder, i + 1), manifest.Tokenizer, problems);
        var files = wanted
            .Select(one => manifests.Take(one.Parts)
                .Select((manifest, i) =>
                    SplitFiles.Open(FolderParts.PathOf(folder, i + 1), manifest, one.Split, problems, sources))
                .ToArray())
            .ToArray();
        if (problems.Any)
        {
            foreach (var one in files.SelectMany(split => split))
                one?.Dispose();
            problems.ThrowIfAny();
        }
        return [.. files.Select(split => new TokenDataset(folder, manifests[0], split!))];
    }

    /// <summary>Positions of a sequence that bear loss.</summary>
    /// <param name="index">0 to <see cref="SequenceCount"/> - 1.</param>
    public long LossTokens(long index)
    {
        var split = Find(index).Files.Split;
        if (split.LossTokens == split.Positions)
            return SequenceLength;
        return Parts(index).Sum(part => (long)part.LossTokens);
    }

    /// <summary>Documents of a sequence in which some position bears loss.</summary>
    /// <param name="index">0 to <see cref="SequenceCount"/> - 1.</param>
    public int ScoredDocuments(long index)
    {
        var (count, isScored) = (0, false);
        foreach (var part in Parts(index))
        {
            isScored |= part.LossTokens > 0;
            if (part.GoesOn)
                continue;
            count += isScored ? 1 : 0;
            isScored = false;
        }
        return count;
    }

    /// <summary>Reads sequence <paramref name="index"/>.</summary>
    /// <param name="index">0 to <see cref="SequenceCount"/> - 1.</param>
    /// <param name="ids">Takes <see cref="SequenceLength"/> inputs.</param>
    /// <param name="targets">Takes as many targets; <see cref="NoLoss"/> where a position bears none.</param>
    /// <param name="segmentLengths">Is appended the lengths of the stretches that attention must not leave and in which
    /// positions count from 0; they add up to <see cref="SequenceLength"/>.</param>
    /// <param name="branches">Is appended which of them are branches, as <see cref="SegmentLengths.Branches"/> says it;
    /// null: the caller wants segments alone.</param>
    /// <exception cref="ConfigurationException">The file has been changed since it was built.</exception>
    public void Read(
        long index, Span<long> ids, Span<long> targets, List<int> segmentLengths, List<int>? branches = null)
    {
        var (files, own) = Find(index);
        if (ids.Length != SequenceLength || targets.Length != SequenceLength)
            throw new ArgumentException(
                $"Expected room for {SequenceLength} ids and targets, found {ids.Length} and {targets.Length}.");
        files.Tokens.Read(own, ids, files.Index.Checksum(own));
        var parts = files.Index.Parts(own, SequenceLength, out var count);
        var (at, segment, isScored, branch) = (0, 0, false, new PairBranches());
        foreach (var part in parts.AsSpan(0, count))
        {
            isScored |= part.LossTokens > 0;
            FillTargets(part, ids.Slice(at, part.Length), targets.Slice(at, part.Length));
            (at, segment) = (at + part.Length, segment + part.Length);
            if (at < SequenceLength && (Packing == Packing.Concatenate || part.GoesOn))
                continue;
            segmentLengths.Add(segment);
            branches?.Add(Packing == Packing.Pairs ? branch.Next(isScored) : 0);
            (segment, isScored) = (0, false);
        }
        ArrayPool<SequencePart>.Shared.Return(parts);
    }

    /// <summary>
    /// Adds a problem for everything in the split that is not as it was built, however long it takes.
    /// </summary>
    public void Verify(ProblemCollector problems)
    {
        foreach (var files in _files)
            files.Verify(problems);
    }

    /// <summary>The parts of pictures in a sequence; their positions count from its beginning.</summary>
    /// <param name="index">0 to <see cref="SequenceCount"/> - 1.</param>
    /// <exception cref="ConfigurationException">The file has been changed since it was built.</exception>
    public IReadOnlyList<PlacedPart> Pictures(long index)
    {
        var (files, own) = Find(index);
        return files.Images?.Read(own) ?? [];
    }

    /// <summary>The parts of a sequence, in order; their lengths add up to <see cref="SequenceLength"/>.</summary>
    public IReadOnlyList<SequencePart> Parts(long index)
    {
        var (files, own) = Find(index);
        var parts = files.Index.Parts(own, SequenceLength, out var count);
        SequencePart[] copy = [.. parts.AsSpan(0, count)];
        ArrayPool<SequencePart>.Shared.Return(parts);
        return copy;
    }

    public void Dispose()
    {
        foreach (var files in _files)
            files.Dispose();
    }

    private static void FillTargets(SequencePart part, ReadOnlySpan<long> ids, Span<long> targets)
    {
        ids[1..].CopyTo(targets);
        targets[^1] = part.LastTarget;
        targets[..part.LossStart].Fill(NoLoss);
        targets[part.LossEnd..].Fill(NoLoss);
    }

    private (SplitFiles Files, long Own) Find(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, SequenceCount);
        var part = 0;
        for (; index >= _files[part].SequenceCount; part++)
            index -= _files[part].SequenceCount;
        return (_files[part], index);
    }
}
