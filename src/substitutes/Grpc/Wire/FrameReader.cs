using System.Buffers.Binary;
using Grpc.Core;

namespace Grpc.Wire;

/// <summary>Cuts a body into messages.</summary>
/// <param name="body">Frames, one after the other.</param>
/// <param name="encoding">What <c>grpc-encoding</c> said, null if nothing.</param>
/// <param name="longest">Longest message that is accepted, in bytes; null for any.</param>
internal sealed class FrameReader(Stream body, string? encoding, int? longest)
{
    private readonly byte[] _header = new byte[OutgoingFrame.HeaderLength];

    /// <summary>The next message, or null at the end of the body.</summary>
    /// <exception cref="RpcException">The body is cut off, the message too long or compressed.</exception>
    public async Task<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        var read = await body.ReadAtLeastAsync(_header, _header.Length, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        if (read == 0)
            return null;

        if (read < _header.Length)
            throw Fault(StatusCode.Internal, $"The body ends after {read} of the 5 bytes in front of a message.");

        RequireNotCompressed(_header[0]);
        var length = BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(1));
        // Before the memory is taken: the length is the other side's word.
        if (length > (longest ?? Array.MaxLength))
        {
            throw Fault(
                StatusCode.ResourceExhausted,
                $"A message of {length} bytes is longer than the {longest ?? Array.MaxLength} that are accepted.");
        }

        var payload = new byte[length];
        var arrived = await body.ReadAtLeastAsync(payload, payload.Length, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        return arrived == payload.Length
            ? payload
            : throw Fault(StatusCode.Internal, $"The body ends after {arrived} of the {length} bytes of a message.");
    }

    private static RpcException Fault(StatusCode code, string detail) => new(new Status(code, detail));

    private void RequireNotCompressed(byte flag)
    {
        if (flag == 0)
            return;

        if (flag != 1)
            throw Fault(StatusCode.Internal, $"A message begins with {flag}: expected 0, or 1 for compressed.");

        // The protocol tells a sender that contradicts itself from one that asks for something that is missing here.
        throw encoding is null or HeaderNames.Identity
            ? Fault(StatusCode.Internal, "A message is marked as compressed, but grpc-encoding names no compression.")
            : Fault(
                StatusCode.Unimplemented, $"Messages compressed with '{encoding}' are not supported: send identity.");
    }
}
