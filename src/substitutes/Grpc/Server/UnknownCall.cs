using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server;

/// <summary>Answers calls of what is not there.</summary>
internal static class UnknownCall
{
    public static Task Service(HttpContext http) => AnswerAsync(http, "service");

    public static Task Method(HttpContext http) => AnswerAsync(http, "method");

    private static Task AnswerAsync(HttpContext http, string what)
    {
        if (ServerResponse.RequireGrpc(http))
        {
            ServerResponse.Begin(http);
            ServerResponse.End(
                http,
                new Status(StatusCode.Unimplemented, $"There is no {what} {http.Request.Path.Value} here."),
                Metadata.Empty);
        }

        return Task.CompletedTask;
    }
}
