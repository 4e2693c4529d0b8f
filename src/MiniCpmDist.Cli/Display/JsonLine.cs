using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MiniCpmDist.Cli.Display;

/// <summary>One JSON object on one line, for scripts: keys in snake_case, numbers with all their digits, and null for
/// NaN and infinity.</summary>
internal static class JsonLine
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new MeasuredNumber() },
    };

    /// <summary>The option of commands whose output a script may want.</summary>
    public static Option<bool> Option() => new("--json") { Description = "Print one JSON object a line, for scripts." };

    public static string Of<T>(T value) => JsonSerializer.Serialize(value, s_options);

    /// <summary>JSON has no word for NaN and infinity; null says that the number is not finite.</summary>
    private sealed class MeasuredNumber : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
                writer.WriteNumberValue(value);
            else
                writer.WriteNullValue();
        }
    }
}
