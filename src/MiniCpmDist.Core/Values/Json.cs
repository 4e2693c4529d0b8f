using System.Text.Encodings.Web;
using System.Text.Json;

namespace MiniCpmDist.Core.Values;

/// <summary>How records of a run are read and written: one JSON object a line, errors as sentences.</summary>
internal static class Json
{
    // Names of runs and paths stay readable; the lines are never put into a web page unescaped.
    private static readonly JsonWriterOptions s_line = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One line without its end.</summary>
    public static string Line(Action<Utf8JsonWriter> writeMembers)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, s_line))
        {
            writer.WriteStartObject();
            writeMembers(writer);
            writer.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>Reads one object and hands it over.</summary>
    /// <param name="text">The JSON text.</param>
    /// <param name="what">For errors: such as "a line of metrics.jsonl".</param>
    /// <param name="read">Takes the members; may let the exceptions of missing or mistyped members escape.</param>
    /// <exception cref="FormatException">It is no JSON object, or a member is missing or of another type.</exception>
    public static T Read<T>(string text, string what, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return read(document.RootElement);
        }
        catch (Exception exception) when (
            exception is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            // .NET counts lines from zero, and the text is one line.
            var why = exception switch
            {
                JsonException { BytePositionInLine: { } position } => $"it is no JSON from byte {position} on",
                // The framework says this of a number, and does not say of which.
                FormatException { Source: { } source } when source.StartsWith(Framework, StringComparison.Ordinal) =>
                    "a number is too large for its member, or has a fraction",
                _ => exception.Message,
            };
            throw new FormatException($"Expected {what}, found `{Shorten(text)}`: {why}", exception);
        }
    }

    /// <summary>A measured number; null where it is not finite: JSON has no word for NaN and infinity.</summary>
    public static void WriteMeasured(this Utf8JsonWriter writer, string name, double value)
    {
        if (double.IsFinite(value))
            writer.WriteNumber(name, value);
        else
            writer.WriteNull(name);
    }

    /// <summary>Reads a number that <see cref="WriteMeasured"/> has written; NaN for null.</summary>
    public static double Measured(this JsonElement element, string name)
    {
        var member = element.Member(name);
        return member.ValueKind == JsonValueKind.Null ? double.NaN : member.GetDouble();
    }

    /// <summary>A member that has to be there.</summary>
    public static JsonElement Member(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var member)
            ? member
            : throw new FormatException($"the member \"{name}\" is missing.");

    private const string Framework = "System.Text.Json";

    private static string Shorten(string text) => text.Length <= 120 ? text : text[..120] + "...";
}
