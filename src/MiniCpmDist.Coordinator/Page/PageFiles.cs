using System.Reflection;
using Microsoft.AspNetCore.Http;

namespace MiniCpmDist.Coordinator.Page;

/// <summary>
/// The page itself: files of this assembly, the same for everybody. Nothing is fetched from elsewhere, and the
/// browser is told to see to that.
/// </summary>
internal static class PageFiles
{
    /// <summary>The path that people type.</summary>
    public const string Root = "/";

    /// <summary>The path in front of the names of all other files.</summary>
    public const string Folder = "/page/";

    // No text of a run, such as its name, can become a script, because no inline script is run.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'";

    private const string Prefix = "Page.";
    private static readonly Dictionary<string, byte[]> s_files = Assembly.GetExecutingAssembly()
        .GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .ToDictionary(name => name[Prefix.Length..], Read, StringComparer.Ordinal);

    public static Task AnswerRootAsync(HttpContext http) => AnswerAsync(http, "index.html");

    public static Task AnswerAsync(HttpContext http, string name)
    {
        if (!s_files.TryGetValue(name, out var file))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        http.Response.ContentType = Path.GetExtension(name) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".svg" => "image/svg+xml",
            _ => "application/octet-stream",
        };
        http.Response.ContentLength = file.Length;
        // A browser asks for the files again each time, because a newer program on the same port has newer files.
        http.Response.Headers.CacheControl = "no-cache";
        return http.Response.Body.WriteAsync(file).AsTask();
    }

    /// <summary>Sets the headers of every answer.</summary>
    public static void Protect(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    private static byte[] Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
