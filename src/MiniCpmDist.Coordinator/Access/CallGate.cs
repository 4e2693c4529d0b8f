using System.Globalization;
using System.Text;
using Grpc.Core;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace MiniCpmDist.Coordinator.Access;

/// <summary>What every call passes before anything reads it: the connection's rate, and the right of its
/// token.</summary>
internal sealed class CallGate(AccessTokens? tokens, CallLimits limits, TimeProvider clock)
{
    private static readonly object s_bucket = new();

    public Task InvokeAsync(HttpContext http, Func<Task> next)
    {
        if (!Bucket(http).Take())
        {
            return RefuseAsync(
                http, StatusCode.ResourceExhausted, StatusCodes.Status429TooManyRequests,
                $"More than {limits.CallsPerSecond} calls a second over one connection: slow down.");
        }

        var needed = RightsOfCalls.Of(http.Request.Path.Value ?? "");
        if (tokens is null || needed == Right.None)
            return next();
        var header = http.Request.Headers.Authorization;
        var rights = tokens.Of(header.Count == 1 ? header[0] : null);
        if ((rights & needed) != 0)
            return next();
        return rights == Right.None
            ? RefuseAsync(
                http, StatusCode.Unauthenticated, StatusCodes.Status401Unauthorized,
                "This coordinator takes calls with a token that it knows: give --token-file FILE, or send "
                + "`authorization: Bearer TOKEN`.")
            : RefuseAsync(
                http, StatusCode.PermissionDenied, StatusCodes.Status403Forbidden,
                $"This token has the right to {Text(rights)}, and the call takes the right to {Text(needed)}.");
    }

    private static string Text(Right rights) => rights.ToString().ToLowerInvariant();

    /// <summary>An answer of gRPC without a message, or of HTTP to those who speak no gRPC.</summary>
    private static Task RefuseAsync(HttpContext http, StatusCode code, int httpCode, string sentence)
    {
        if (http.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) != true)
        {
            http.Response.StatusCode = httpCode;
            return http.Response.WriteAsync(sentence);
        }

        http.Response.ContentType = "application/grpc";
        http.Response.Headers["grpc-status"] = ((int)code).ToString(CultureInfo.InvariantCulture);
        http.Response.Headers["grpc-message"] = Encode(sentence);
        return Task.CompletedTask;
    }

    private static string Encode(string sentence)
    {
        var encoded = new StringBuilder(sentence.Length);
        foreach (var octet in Encoding.UTF8.GetBytes(sentence))
        {
            if (octet is >= 0x20 and <= 0x7E and not (byte)'%')
                encoded.Append((char)octet);
            else
                encoded.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
        }

        return encoded.ToString();
    }

    private TokenBucket Bucket(HttpContext http)
    {
        var items = http.Features.Get<IConnectionItemsFeature>()?.Items;
        if (items is null)
            return NewBucket();
        lock (items)
        {
            if (items.TryGetValue(s_bucket, out var known) && known is TokenBucket bucket)
                return bucket;
            bucket = NewBucket();
            items[s_bucket] = bucket;
            return bucket;
        }
    }

    private TokenBucket NewBucket() => new(limits.CallsPerSecond, limits.CallsAtOnce, clock);
}
