using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace MiniCpmDist.Cli.Telemetry;

/// <summary>
/// Bounds of buckets as other clients of Prometheus spell them, <c>le="1e-05"</c>. They are labels, compared letter by
/// letter, and prometheus-net has a capital letter there.
/// </summary>
internal static partial class PlainBounds
{
    /// <summary>Answers with the inner handler's answer, with its bounds respelt.</summary>
    public static async Task AnswerAsync(HttpContext http, RequestDelegate answer)
    {
        var body = http.Response.Body;
        try
        {
            await WriteAsync(body, text =>
            {
                http.Response.Body = text;
                return answer(http);
            });
        }
        finally
        {
            http.Response.Body = body;
        }
    }

    /// <summary>Writes to a stream what the inner writer writes, with its bounds respelt.</summary>
    public static async Task WriteAsync(Stream stream, Func<Stream, Task> write)
    {
        using var text = new MemoryStream();
        await write(text);
        var respelt = CapitalExponent().Replace(Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length), "e");
        await stream.WriteAsync(Encoding.UTF8.GetBytes(respelt));
    }

    [GeneratedRegex("""(?<=[{,]le="-?[0-9.]+)E(?=[+-]?[0-9]+")""")]
    private static partial Regex CapitalExponent();
}
