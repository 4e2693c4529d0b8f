using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client;

/// <summary>Reads how a call ended out of what HTTP says about it.</summary>
internal static class ClientStatus
{
    /// <exception cref="RpcException">The response is not gRPC:
    /// a status code other than 200, or another content type.</exception>
    public static void RequireGrpc(HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new RpcException(new Status(
                OfHttp(response.StatusCode), $"Expected HTTP status 200, found {(int)response.StatusCode}."));
        }

        var contentType = response.Content.Headers.ContentType?.ToString();
        if (!HeaderNames.IsGrpc(contentType))
        {
            throw new RpcException(new Status(
                StatusCode.Unknown,
                $"Expected content type {HeaderNames.ContentType}, found {contentType ?? "none"}: "
                + "is it a gRPC server?"));
        }
    }

    public static Metadata Metadata(HttpHeaders headers)
    {
        var metadata = new Metadata();
        foreach (var (name, values) in headers.NonValidated)
        {
            foreach (var value in values)
                HeaderValue.Read(metadata, name, value);
        }

        return metadata;
    }

    /// <summary>
    /// The ending of a response that has no body and carries its status among the headers; null of any other.
    /// </summary>
    public static Ending? OfHeadersAlone(HttpResponseMessage response) =>
        response.Headers.Contains(HeaderNames.Status) ? Of(response.Headers) : null;

    /// <summary>The ending after the body has been read to its end.</summary>
    public static Ending OfTrailers(HttpResponseMessage response) =>
        response.TrailingHeaders.Contains(HeaderNames.Status)
            ? Of(response.TrailingHeaders)
            : throw new RpcException(new Status(StatusCode.Unknown, "The response ended without a grpc-status."));

    /// <summary>What broke the exchange, as a status.</summary>
    public static Status OfException(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case RpcException rpc:
                    return rpc.Status;
                case SocketException:
                    return new Status(StatusCode.Unavailable, $"Cannot reach the server: {cause.Message}", exception);
                case HttpProtocolException protocol:
                    return new Status(OfHttp2(protocol.ErrorCode), $"The call was reset: {cause.Message}", exception);
                case OperationCanceledException:
                    return new Status(StatusCode.Cancelled, "The call was cancelled.", exception);
            }
        }

        return exception is HttpRequestException or IOException
            ? new Status(StatusCode.Unavailable, $"The connection failed: {exception.Message}", exception)
            : new Status(StatusCode.Internal, $"The call could not be made: {exception.Message}", exception);
    }

    private static Ending Of(HttpHeaders headers)
    {
        var text = First(headers, HeaderNames.Status);
        var detail = StatusMessage.Decode(First(headers, HeaderNames.Message) ?? "");
        // A code that this version does not know is an error all the same.
        var status = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            ? new Status(code <= (int)StatusCode.Unauthenticated ? (StatusCode)code : StatusCode.Unknown, detail)
            : new Status(StatusCode.Unknown, $"grpc-status: expected a number, found '{text}'. {detail}");
        return new Ending(status, Metadata(headers));
    }

    private static string? First(HttpHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    // The protocol's table for responses that never were gRPC, for example a gateway's.
    private static StatusCode OfHttp(HttpStatusCode code) => (int)code switch
    {
        400 => StatusCode.Internal,
        401 => StatusCode.Unauthenticated,
        403 => StatusCode.PermissionDenied,
        404 => StatusCode.Unimplemented,
        429 or 502 or 503 or 504 => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };

    // The protocol's table for HTTP/2 error codes (RFC 9113, section 7).
    private static StatusCode OfHttp2(long errorCode) => errorCode switch
    {
        0x7 => StatusCode.Unavailable, // REFUSED_STREAM
        0x8 => StatusCode.Cancelled, // CANCEL
        0xb => StatusCode.ResourceExhausted, // ENHANCE_YOUR_CALM
        0xc => StatusCode.PermissionDenied, // INADEQUATE_SECURITY
        _ => StatusCode.Internal,
    };
}
