using System.Buffers.Binary;
using System.IO.Hashing;
using System.Numerics;
using System.Security.Cryptography;
using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Data.TokenFolders;

namespace MiniCpmDist.Data.Building;

/// <summary>Packs the documents of one split into its token file and its index. Memory does not grow with
/// them.</summary>
internal sealed class SplitWriter : IDisposable
{
    private readonly TokenFileHeader _header;
    private readonly PackedFile _tokens;
    private readonly IndexWriter _index;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly SequencePacker _packer;
    private readonly UnitTotals _totals;
    private readonly List<long> _lengths = [];
    private readonly byte[] _bytes;
    private long _sequences;
    private long _lossTokens;

    /// <param name="folder">Where the files go.</param>
    /// <param name="name">Their name without the ending.</param>
    /// <param name="options">Sequence length and packing.</param>
    /// <param name="vocabularySize">Pieces of the tokenizer.</param>
    /// <param name="totals">Of all documents that will come: the header is written first.</param>
    public SplitWriter(string folder, string name, DataBuildOptions options, int vocabularySize, UnitTotals totals)
    {
        var positions = options.Packing == Packing.Isolate ? totals.Ids - totals.Documents : totals.Ids;
        _header = new TokenFileHeader(
            TokenFileHeader.BytesFor(vocabularySize), options.SequenceLength, positions / options.SequenceLength);
        _totals = totals;
        _bytes = new byte[_header.SequenceBytes];
        _tokens = new PackedFile(Path.Combine(folder, name + ".tokens"));
        _index = new IndexWriter(Path.Combine(folder, name + ".index"), _header.SequenceCount);
        _packer = new SequencePacker(options.SequenceLength, options.Packing, Write);
        Append(_header.Write());
    }

    /// <summary>Appends a document.</summary>
    /// <param name="ids">Begin, ids, end.</param>
    /// <param name="inputIds">Ids of a pair's input; 0 for plain text.</param>
    public void Append(ReadOnlySpan<int> ids, int inputIds)
    {
        _packer.Append(ids, inputIds);
        var length = BitOperations.Log2((uint)ids.Length);
        while (_lengths.Count <= length)
            _lengths.Add(0);
        _lengths[length]++;
    }

    /// <summary>Writes what is pending down to the disk.</summary>
    public DataSplit Finish()
    {
        if (_sequences != _header.SequenceCount)
            throw new InvalidOperationException(
                $"Expected {_header.SequenceCount} sequences of {_tokens.Name}, packed {_sequences}.");
        _tokens.Finish();
        var (parts, indexHash) = _index.Finish();
        return new DataSplit(
            Path.GetFileName(_tokens.Name), Path.GetFileName(_index.Name), _totals.Documents, _sequences,
            _sequences * _header.SequenceLength, _lossTokens, parts, _packer.Pending, _packer.PendingLossTokens,
            _totals.TextBytes, _totals.LossBytes, _lengths, Convert.ToHexStringLower(_hash.GetHashAndReset()),
            indexHash);
    }

    public void Dispose()
    {
        _tokens.Dispose();
        _index.Dispose();
        _hash.Dispose();
    }

    private void Write(ReadOnlySpan<int> ids, IReadOnlyList<SequencePart> parts)
    {
        for (var i = 0; i < ids.Length; i++)
        {
            if (_header.BytesPerToken == sizeof(ushort))
                BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(i * sizeof(ushort)), checked((ushort)ids[i]));
            else
                BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(i * sizeof(int)), ids[i]);
        }
        Append(_bytes);
        _index.Append(Crc32.HashToUInt32(_bytes), parts);
        _sequences++;
        foreach (var part in parts)
            _lossTokens += part.LossTokens;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        _tokens.Write(bytes);
    }
}
