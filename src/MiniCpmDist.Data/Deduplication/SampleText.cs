using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using MiniCpmDist.Core.Corpus;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>The text of a sample in one piece; a pair is both of its halves with a line break between them.</summary>
internal sealed class SampleText
{
    private readonly ArrayBufferWriter<byte> _pair = new();

    /// <summary>The text; valid until the sample changes, or until the next call.</summary>
    public ReadOnlySpan<byte> Of(Sample sample)
    {
        if (sample.Input.WrittenCount == 0)
            return sample.Output.WrittenSpan;
        _pair.ResetWrittenCount();
        _pair.Write(sample.Input.WrittenSpan);
        _pair.Write("\n"u8);
        _pair.Write(sample.Output.WrittenSpan);
        return _pair.WrittenSpan;
    }

    /// <summary>128 bits of SHA-256: nobody can make a text that is taken for another one.</summary>
    public static (ulong High, ulong Low) Hash(ReadOnlySpan<byte> text, Sample sample)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        // A pair is no copy of a plain text, nor of a pair that is cut elsewhere.
        return (
            BinaryPrimitives.ReadUInt64LittleEndian(hash),
            BinaryPrimitives.ReadUInt64LittleEndian(hash[sizeof(ulong)..]) ^ (ulong)sample.Input.WrittenCount);
    }
}
