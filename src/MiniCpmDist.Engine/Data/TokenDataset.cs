using System.Buffers;
using System.IO.MemoryMappedFiles;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Formats;

namespace MiniCpmDist.Engine.Data;

/// <summary>
/// One split of a data folder, cut into sequences: sequence k covers tokens k*S to k*S+S inclusive, S inputs and their
/// S shifted targets, so that neighbours share one token. Memory-mapped: what is not read costs nothing.
/// </summary>
public sealed class TokenDataset : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly TokenFileHeader _header;
    private readonly int _sequenceLength;

    private TokenDataset(
        string folder, DataTokenizer tokenizer, DataSplit split, MemoryMappedFile file, TokenFileHeader header,
        int sequenceLength)
    {
        ContentHash = split.Sha256;
        _file = file;
        _view = file.CreateViewAccessor(0, header.FileBytes, MemoryMappedFileAccess.Read);
        _header = header;
        _sequenceLength = sequenceLength;
        VocabularySize = tokenizer.Pieces;
        TokenizerHash = tokenizer.Sha256;
        TokenizerPath = Path.Combine(folder, tokenizer.File);
        SequenceCount = Math.Max(0, (header.TokenCount - 1) / sequenceLength);
    }

    /// <summary>Whole sequences in the split; 0 when it is shorter than one.</summary>
    public long SequenceCount { get; }

    /// <summary>Tokens in the split.</summary>
    public long TokenCount => _header.TokenCount;

    /// <summary>Pieces of the tokenizer: ids are smaller.</summary>
    public int VocabularySize { get; }

    /// <summary>The tokenizer's copy in the data folder.</summary>
    public string TokenizerPath { get; }

    /// <summary>SHA-256 of the tokenizer's model file, lower-case hex.</summary>
    public string TokenizerHash { get; }

    /// <summary>SHA-256 of the split's ids as the manifest names it, lower-case hex.</summary>
    public string ContentHash { get; }

    /// <summary>Opens a split of a data folder.</summary>
    /// <param name="folder">Made by <see cref="DataBuild"/>.</param>
    /// <param name="split"><c>train</c> or <c>held-out</c>.</param>
    /// <param name="sequenceLength">Inputs per sequence, 1 or more.</param>
    /// <exception cref="ConfigurationException">The folder is missing, broken,
    /// cut short or of a newer format.</exception>
    public static TokenDataset Open(string folder, string split, int sequenceLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sequenceLength, 1);
        var manifest = DataManifest.Read(folder);
        var described = split switch
        {
            "train" => manifest.Train,
            "held-out" => manifest.HeldOut,
            _ => throw new ArgumentException($"Expected train or held-out, found {split}.", nameof(split)),
        };
        RequireTokenizer(folder, manifest.Tokenizer);
        var path = Path.Combine(folder, described.File);
        var header = ReadHeader(path, described, manifest.Tokenizer);
        var file = MemoryMappedFile.CreateFromFile(
            path, FileMode.Open, mapName: null, capacity: 0, MemoryMappedFileAccess.Read);
        return new TokenDataset(folder, manifest.Tokenizer, described, file, header, sequenceLength);
    }

    /// <summary>Reads sequence <paramref name="index"/>.</summary>
    /// <param name="index">0 to <see cref="SequenceCount"/> - 1.</param>
    /// <param name="ids">Takes sequenceLength + 1 ids: inputs are all but the last, targets all but the first.</param>
    public void Read(long index, Span<long> ids)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, SequenceCount);
        if (ids.Length != _sequenceLength + 1)
            throw new ArgumentException(
                $"Expected room for {_sequenceLength + 1} ids, found {ids.Length}.", nameof(ids));
        var at = (ulong)(TokenFileHeader.Size + (index * _sequenceLength * _header.BytesPerToken));
        if (_header.BytesPerToken == sizeof(ushort))
            Read<ushort>(at, ids, static id => id);
        else
            Read<int>(at, ids, static id => id);
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }

    private void Read<T>(ulong at, Span<long> ids, Func<T, long> widen) where T : unmanaged
    {
        var narrow = ArrayPool<T>.Shared.Rent(ids.Length);
        _view.SafeMemoryMappedViewHandle.ReadSpan(at, narrow.AsSpan(0, ids.Length));
        for (var i = 0; i < ids.Length; i++)
            ids[i] = widen(narrow[i]);
        ArrayPool<T>.Shared.Return(narrow);
    }

    private static void RequireTokenizer(string folder, DataTokenizer described)
    {
        var path = Path.Combine(folder, described.File);
        var found = !File.Exists(path)
            ? "no such file"
            : Tokenizer.HashOf(path) != described.Sha256 ? "another file" : null;
        if (found is not null)
        {
            throw new ConfigurationException([new Fault(
                path, "the tokenizer that this data was built with", found, "put it back, or build the data again")]);
        }
    }

    private static TokenFileHeader ReadHeader(string path, DataSplit described, DataTokenizer tokenizer)
    {
        if (!File.Exists(path))
            throw Broken(path, described, "no such file");
        using var file = File.OpenRead(path);
        var bytes = new byte[TokenFileHeader.Size];
        var header = TokenFileHeader.Read(
            bytes.AsSpan(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)), path);
        if (header.TokenCount != described.Tokens || header.BytesPerToken != TokenFileHeader.BytesFor(tokenizer.Pieces))
            throw Broken(path, described, $"a header of {header.TokenCount} tokens of {header.BytesPerToken} bytes");
        if (file.Length != header.FileBytes)
            throw Broken(path, described, $"{file.Length} bytes instead of {header.FileBytes}");
        return header;
    }

    private static ConfigurationException Broken(string path, DataSplit described, string found) => new([new Fault(
        path, $"{described.Tokens} tokens, as the manifest says", found,
        "copy the folder again, or build the data again")]);
}
