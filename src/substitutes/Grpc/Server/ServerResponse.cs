using System.Globalization;
using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.AspNetCore.Server;

/// <summary>The HTTP side of a response: content type, headers, and the trailers that carry the status.</summary>
internal static class ServerResponse
{
    /// <summary>Whether the request is gRPC; answers with HTTP status 426 or 415 if not.</summary>
    public static bool RequireGrpc(HttpContext http)
    {
        if (!HttpProtocol.IsHttp2(http.Request.Protocol) && !HttpProtocol.IsHttp3(http.Request.Protocol))
        {
            http.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            http.Response.Headers.Upgrade = HttpProtocol.Http2;
            return false;
        }

        if (!HeaderNames.IsGrpc(http.Request.ContentType))
        {
            http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return false;
        }

        return true;
    }

    public static void Begin(HttpContext http)
    {
        http.Response.ContentType = HeaderNames.ContentType;
        http.Response.Headers[HeaderNames.AcceptEncoding] = HeaderNames.Identity;
    }

    public static void Add(IHeaderDictionary destination, Metadata metadata)
    {
        foreach (var entry in metadata)
        {
            if (!HeaderNames.IsReserved(entry.Key))
                destination.Append(entry.Key, HeaderValue.Write(entry));
        }
    }

    /// <summary>
    /// Writes the status: among the headers if nothing has been sent yet, else behind the last message.
    /// </summary>
    public static void End(HttpContext http, Status status, Metadata trailers)
    {
        var destination = http.Response.HasStarted
            ? http.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers
            : http.Response.Headers;
        Add(destination, trailers);
        destination[HeaderNames.Status] = ((int)status.StatusCode).ToString(CultureInfo.InvariantCulture);
        if (status.Detail.Length > 0)
            destination[HeaderNames.Message] = StatusMessage.Encode(status.Detail);
    }
}
