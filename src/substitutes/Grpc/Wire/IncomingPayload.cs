using System.Buffers;
using Grpc.Core;

namespace Grpc.Wire;

/// <summary>One received message without its header.</summary>
internal sealed class IncomingPayload(byte[] payload) : DeserializationContext
{
    public override int PayloadLength => payload.Length;

    public override byte[] PayloadAsNewBuffer() => [.. payload];

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new(payload);

    /// <exception cref="RpcException">Internal: the bytes are no message of that type.</exception>
    public static T Read<T>(byte[] payload, Marshaller<T> marshaller)
    {
        try
        {
            return marshaller.ContextualDeserializer(new IncomingPayload(payload));
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            throw new RpcException(new Status(
                StatusCode.Internal, $"The {payload.Length} bytes received are no {typeof(T).Name}.", exception));
        }
    }
}
