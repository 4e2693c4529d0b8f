using System.Net;
using System.Text.Json;

namespace MiniCpmDist.Cli.Launching;

/// <summary>What the API server of a cluster answered.</summary>
internal sealed record ApiAnswer(HttpStatusCode Code, string Body)
{
    /// <summary>A text in the answer's JSON; null where it is not there.</summary>
    public string? Text(params string[] path)
    {
        try
        {
            using var json = JsonDocument.Parse(Body);
            var element = json.RootElement;
            foreach (var key in path)
            {
                if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(key, out element))
                    return null;
            }
            return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        }
        catch (JsonException)
        {
            // A proxy in between answers with a page.
            return null;
        }
    }
}
