using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client;

/// <summary>Makes the HTTP/2 request of a call.</summary>
internal static class ClientRequest
{
    public static HttpRequestMessage For(
        Uri address, IMethod method, Metadata? metadata, TimeSpan? remaining, HttpContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, method.FullName))
        {
            Version = HttpVersion.Version20,
            // Exactly 2.0 on http:// means that both sides know it beforehand: cleartext has no negotiation.
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        content.Headers.ContentType = new MediaTypeHeaderValue(HeaderNames.ContentType);
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        request.Headers.TryAddWithoutValidation("user-agent", "grpc-minicpmdist/0.1");
        request.Headers.TryAddWithoutValidation(HeaderNames.AcceptEncoding, HeaderNames.Identity);
        if (remaining is { } time)
            request.Headers.TryAddWithoutValidation(HeaderNames.Timeout, CallTimeout.Write(time));

        foreach (var entry in metadata ?? Metadata.Empty)
        {
            if (!HeaderNames.IsReserved(entry.Key))
                request.Headers.TryAddWithoutValidation(entry.Key, HeaderValue.Write(entry));
        }

        return request;
    }
}
