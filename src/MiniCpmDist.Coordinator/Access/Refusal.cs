using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace MiniCpmDist.Coordinator.Access;

/// <summary>Turns a call away before anything reads it.</summary>
internal static class Refusal
{
    /// <summary>An answer of gRPC without a message, or of HTTP to those who speak no gRPC.</summary>
    /// <param name="http">The call.</param>
    /// <param name="code">Of gRPC.</param>
    /// <param name="httpCode">Of HTTP.</param>
    /// <param name="sentence">In ASCII without <c>%</c>, which a header takes as it is.</param>
    public static Task AnswerAsync(HttpContext http, StatusCode code, int httpCode, string sentence)
    {
        if (http.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) != true)
        {
            http.Response.StatusCode = httpCode;
            return http.Response.WriteAsync(sentence);
        }

        http.Response.StatusCode = StatusCodes.Status200OK;
        http.Response.ContentType = "application/grpc";
        http.Response.Headers["grpc-status"] = ((int)code).ToString(CultureInfo.InvariantCulture);
        http.Response.Headers["grpc-message"] = sentence;
        return Task.CompletedTask;
    }
}
