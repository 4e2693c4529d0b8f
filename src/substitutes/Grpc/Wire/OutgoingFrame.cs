using System.Buffers;
using System.Buffers.Binary;
using Grpc.Core;

namespace Grpc.Wire;

/// <summary>One message with its five bytes in front: 0 for "not compressed", then the length, big-endian.</summary>
internal sealed class OutgoingFrame : SerializationContext
{
    public const int HeaderLength = 5;

    private ArrayBufferWriter<byte>? _buffer;
    private bool _complete;

    /// <summary>Header and message.</summary>
    public ReadOnlyMemory<byte> Bytes =>
        _complete
            ? _buffer!.WrittenMemory
            : throw new InvalidOperationException("The serializer did not call Complete.");

    /// <summary>The message alone.</summary>
    public ReadOnlyMemory<byte> Payload => Bytes[HeaderLength..];

    /// <exception cref="RpcException">ResourceExhausted: longer than <paramref name="longest"/> bytes.</exception>
    public static ReadOnlyMemory<byte> Of<T>(T message, Marshaller<T> marshaller, int? longest)
    {
        var frame = new OutgoingFrame();
        marshaller.ContextualSerializer(message, frame);
        if (frame.Payload.Length > longest)
        {
            throw new RpcException(new Status(
                StatusCode.ResourceExhausted,
                $"A message of {frame.Payload.Length} bytes is longer than the {longest} that may be sent."));
        }

        return frame.Bytes;
    }

    public override void SetPayloadLength(int payloadLength)
    {
        if (_buffer is null)
            Begin(payloadLength);
    }

    public override IBufferWriter<byte> GetBufferWriter() => _buffer ?? Begin(0);

    public override void Complete(byte[] payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        Begin(payload.Length).Write(payload);
        Complete();
    }

    public override void Complete()
    {
        var written = _buffer ?? Begin(0);
        BinaryPrimitives.WriteInt32BigEndian(Header(written).AsSpan(1), written.WrittenCount - HeaderLength);
        _complete = true;
    }

    private static ArraySegment<byte> Header(ArrayBufferWriter<byte> written) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(written.WrittenMemory, out var segment)
            ? segment[..HeaderLength]
            : throw new InvalidOperationException("An ArrayBufferWriter is backed by an array.");

    private ArrayBufferWriter<byte> Begin(int payloadLength)
    {
        _buffer = new ArrayBufferWriter<byte>(HeaderLength + payloadLength);
        _buffer.GetSpan(HeaderLength)[..HeaderLength].Clear();
        _buffer.Advance(HeaderLength);
        return _buffer;
    }
}
