using System.Buffers;
using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Data.Tokenization;

namespace MiniCpmDist.Data.Building;

/// <summary>Some neighbouring samples, as bytes in one piece.</summary>
internal sealed class SampleBatch
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly List<(int Input, int Output)> _lengths = [];

    public int Bytes => _bytes.WrittenCount;

    public int Count => _lengths.Count;

    public void Add(Sample sample)
    {
        _bytes.Write(sample.Input.WrittenSpan);
        _bytes.Write(sample.Output.WrittenSpan);
        _lengths.Add((sample.Input.WrittenCount, sample.Output.WrittenCount));
    }

    /// <summary>Tokenizes everything and empties the batch.</summary>
    public void EncodeTo(EncodedBatch encoded, TextEncoder encoder, double heldOutFraction)
    {
        var rest = _bytes.WrittenSpan;
        foreach (var (input, output) in _lengths)
        {
            encoded.TryAdd(rest[..input], rest.Slice(input, output), encoder, heldOutFraction);
            rest = rest[(input + output)..];
        }
        _bytes.ResetWrittenCount();
        _lengths.Clear();
    }
}
