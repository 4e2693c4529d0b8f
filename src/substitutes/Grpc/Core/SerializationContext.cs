using System.Buffers;

namespace Grpc.Core;

/// <summary>Where a serializer puts one message: all at once, or through a buffer writer and then complete.</summary>
public abstract class SerializationContext
{
    /// <summary>The message is these bytes, which belong to the context from now on.</summary>
    public virtual void Complete(byte[] payload) => throw new NotSupportedException();

    /// <summary>Says how long the message will be. Optional, before the buffer writer is asked for.</summary>
    public virtual void SetPayloadLength(int payloadLength) => throw new NotSupportedException();

    public virtual IBufferWriter<byte> GetBufferWriter() => throw new NotSupportedException();

    /// <summary>The message is what the buffer writer has got.</summary>
    public virtual void Complete() => throw new NotSupportedException();
}
