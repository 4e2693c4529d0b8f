using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MiniCpmDist.Coordinator.Logs;

/// <summary>
/// A line of a log: one JSON object whose last member is the CRC-32 of what stands before it, so that a line that a
/// crash has torn is known as one.
/// </summary>
internal static class ChecksummedLine
{
    private const string SumPrefix = ",\"crc32\":\"";
    private const string SumSuffix = "\"}";
    private const int SumDigits = 8;
    private static readonly int s_tail = SumPrefix.Length + SumDigits + SumSuffix.Length;
    private static readonly JsonWriterOptions s_options =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the line, with its end.</summary>
    /// <param name="writeMembers">At least one.</param>
    public static byte[] Write(Action<Utf8JsonWriter> writeMembers)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, s_options))
        {
            writer.WriteStartObject();
            writeMembers(writer);
            writer.WriteEndObject();
        }

        buffer.SetLength(buffer.Length - 1); // The sum goes in before the brace.
        buffer.Position = buffer.Length;
        buffer.Write(Encoding.ASCII.GetBytes(Tail(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)) + "\n"));
        return buffer.ToArray();
    }

    /// <summary>Reads a line without its end; null where its sum does not fit.</summary>
    /// <exception cref="JsonException">The sum fits, and it is no JSON.</exception>
    public static JsonDocument? Read(ReadOnlySpan<byte> line) =>
        line.Length > s_tail && line[^s_tail..].SequenceEqual(Encoding.ASCII.GetBytes(Tail(line[..^s_tail])))
            ? JsonDocument.Parse(line.ToArray())
            : null;

    /// <summary>Writes a member of a command.</summary>
    public static void WriteField(Utf8JsonWriter writer, string key, object? value)
    {
        writer.WritePropertyName(key);
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case string text: writer.WriteStringValue(text); break;
            case bool truth: writer.WriteBooleanValue(truth); break;
            case long number: writer.WriteNumberValue(number); break;
            case int number: writer.WriteNumberValue(number); break;
            case double number: writer.WriteNumberValue(number); break;
            default: throw new ArgumentException($"{key}: {value.GetType()} has no place in a line.", nameof(value));
        }
    }

    private static string Tail(ReadOnlySpan<byte> covered) =>
        SumPrefix + Crc32.HashToUInt32(covered).ToString("x8", CultureInfo.InvariantCulture) + SumSuffix;
}
