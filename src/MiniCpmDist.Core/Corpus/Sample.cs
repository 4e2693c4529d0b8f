using System.Buffers;

namespace MiniCpmDist.Core.Corpus;

/// <summary>
/// One sample of a corpus, UTF-8: a plain text (no input), or a pair. It is filled again and again, so that reading
/// makes no garbage.
/// </summary>
public sealed class Sample
{
    private const int KeptBytes = 1 << 20;

    /// <summary>What a pair begins with; empty for plain text.</summary>
    public ArrayBufferWriter<byte> Input { get; private set; } = new();

    /// <summary>The text, or what a pair ends with; it bears the loss.</summary>
    public ArrayBufferWriter<byte> Output { get; private set; } = new();

    /// <summary>Bytes of both.</summary>
    public int Bytes => Input.WrittenCount + Output.WrittenCount;

    /// <summary>Empties both, and frees the memory of a sample that was very long.</summary>
    public void Clear()
    {
        Input = Cleared(Input);
        Output = Cleared(Output);
    }

    private static ArrayBufferWriter<byte> Cleared(ArrayBufferWriter<byte> buffer)
    {
        if (buffer.Capacity > KeptBytes)
            return new();
        buffer.ResetWrittenCount();
        return buffer;
    }
}
