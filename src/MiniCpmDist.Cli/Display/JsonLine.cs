using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MiniCpmDist.Cli.Display;

/// <summary>One JSON object on one line, for scripts: keys in snake_case, numbers with all their digits.</summary>
internal static class JsonLine
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>The option of commands whose output a script may want.</summary>
    public static Option<bool> Option() => new("--json") { Description = "Print a JSON object a line, for scripts." };

    public static string Of<T>(T value) => JsonSerializer.Serialize(value, s_options);
}
