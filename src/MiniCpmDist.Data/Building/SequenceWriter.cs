using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;
using MiniCpmDist.Core.Formats;

namespace MiniCpmDist.Data.Building;

/// <summary>Writes packed sequences into the token file of a split and its index.</summary>
internal sealed class SequenceWriter : IDisposable
{
    private readonly TokenFileHeader _header;
    private readonly PackedFile _tokens;
    private readonly IndexWriter _index;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _bytes;

    /// <param name="folder">Where the files go.</param>
    /// <param name="name">Their name without the ending.</param>
    /// <param name="vocabularySize">Pieces of the tokenizer.</param>
    /// <param name="sequenceLength">Positions of a sequence.</param>
    /// <param name="sequences">How many will come: the header is written first.</param>
    public SequenceWriter(string folder, string name, int vocabularySize, int sequenceLength, long sequences)
    {
        _header = new TokenFileHeader(TokenFileHeader.BytesFor(vocabularySize), sequenceLength, sequences);
        _bytes = new byte[_header.SequenceBytes];
        _tokens = new PackedFile(Path.Combine(folder, name + ".tokens"));
        _index = new IndexWriter(Path.Combine(folder, name + ".index"), sequences);
        Append(_header.Write());
    }

    /// <summary>Name of the token file within the folder.</summary>
    public string TokensFile => Path.GetFileName(_tokens.Name);

    /// <summary>Name of the index within the folder.</summary>
    public string IndexFile => Path.GetFileName(_index.Name);

    /// <summary>Sequences so far.</summary>
    public long Sequences { get; private set; }

    /// <summary>Positions of them.</summary>
    public long Positions => Sequences * _header.SequenceLength;

    /// <summary>Positions of them that bear loss.</summary>
    public long LossTokens { get; private set; }

    /// <summary>Appends a sequence.</summary>
    /// <param name="ids">As many as a sequence has positions.</param>
    /// <param name="parts">Their lengths add up to that.</param>
    public void Write(ReadOnlySpan<int> ids, IReadOnlyList<SequencePart> parts)
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
        Sequences++;
        foreach (var part in parts)
            LossTokens += part.LossTokens;
    }

    /// <summary>Writes what is pending down to the disk.</summary>
    /// <returns>The number of parts and the hashes of both files.</returns>
    public (long Parts, string TokensSha256, string IndexSha256) Finish()
    {
        if (Sequences != _header.SequenceCount)
            throw new InvalidOperationException(
                $"Expected {_header.SequenceCount} sequences of {_tokens.Name}, packed {Sequences}.");
        _tokens.Finish();
        var (parts, indexHash) = _index.Finish();
        return (parts, Convert.ToHexStringLower(_hash.GetHashAndReset()), indexHash);
    }

    public void Dispose()
    {
        _tokens.Dispose();
        _index.Dispose();
        _hash.Dispose();
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        _tokens.Write(bytes);
    }
}
