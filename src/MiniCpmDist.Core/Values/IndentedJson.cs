using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MiniCpmDist.Core.Values;

/// <summary>JSON files of a model's folder, which people read too.</summary>
internal static class IndentedJson
{
    // Pieces of a tokenizer stay readable; the files are never put into a web page.
    private static readonly JsonWriterOptions s_options =
        new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One object, with a line end.</summary>
    public static string Write(Action<Utf8JsonWriter> writeMembers)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, s_options))
        {
            writer.WriteStartObject();
            writeMembers(writer);
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }
}
