using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Coordinator.Logs;

/// <summary>
/// Entries as lines of <c>requests.jsonl</c>: one JSON object each, whose last member is the CRC-32 of what stands
/// before it.
/// </summary>
internal static class LogLine
{
    /// <summary>The format that this program writes, and the newest that it reads.</summary>
    public const int Format = 1;

    private const string SumPrefix = ",\"crc32\":\"";
    private const string SumSuffix = "\"}";
    private const int SumDigits = 8;
    private static readonly int s_tail = SumPrefix.Length + SumDigits + SumSuffix.Length;
    private static readonly JsonWriterOptions s_options =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the line, with its end.</summary>
    public static byte[] Write(LogEntry entry)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, s_options))
        {
            writer.WriteStartObject();
            writer.WriteNumber("format", Format);
            WriteMembers(writer, entry);
            writer.WriteEndObject();
        }

        buffer.SetLength(buffer.Length - 1); // The sum goes in before the brace.
        var sum = Crc32.HashToUInt32(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
        buffer.Position = buffer.Length;
        buffer.Write(
            Encoding.ASCII.GetBytes(SumPrefix + sum.ToString("x8", CultureInfo.InvariantCulture) + SumSuffix + "\n"));
        return buffer.ToArray();
    }

    /// <summary>Reads a line without its end; null where its sum does not fit, as after a crash in the middle of a
    /// write.</summary>
    /// <exception cref="FormatException">The sum fits and the line makes no sense.</exception>
    /// <exception cref="ConfigurationException">A newer version of the program wrote it.</exception>
    public static LogEntry? Read(ReadOnlySpan<byte> line)
    {
        if (line.Length <= s_tail)
            return null;
        var covered = line[..^s_tail];
        var expected = SumPrefix + Crc32.HashToUInt32(covered).ToString("x8", CultureInfo.InvariantCulture) + SumSuffix;
        if (!line[^s_tail..].SequenceEqual(Encoding.ASCII.GetBytes(expected)))
            return null;
        try
        {
            using var document = JsonDocument.Parse(line.ToArray());
            return Parse(document.RootElement);
        }
        catch (Exception exception) when (
            exception is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException
                or OverflowException)
        {
            throw new FormatException($"Expected a line of requests.jsonl: {exception.Message}", exception);
        }
    }

    private static void WriteMembers(Utf8JsonWriter writer, LogEntry entry)
    {
        writer.WriteString("event", entry switch
        {
            LogEntry.Joined => "joined",
            LogEntry.Accepted => "accepted",
            _ => "decided",
        });
        writer.WriteString("run", entry.Run);
        switch (entry)
        {
            case LogEntry.Joined joined:
                writer.WriteNumber("fence", joined.Fence);
                break;
            case LogEntry.Accepted accepted:
                writer.WriteString("request", accepted.Request.Id);
                foreach (var (key, value) in RunCommandFields.Write(accepted.Request.Command))
                    WriteField(writer, key, value);
                break;
            case LogEntry.Decided decided:
                writer.WriteString("request", decided.RequestId);
                writer.WriteBoolean("accepted", decided.Decision.Accepted);
                writer.WriteNumber("step", decided.Decision.Step);
                writer.WriteString("outcome", decided.Decision.Outcome);
                break;
        }
    }

    private static void WriteField(Utf8JsonWriter writer, string key, object? value)
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

    private static LogEntry Parse(JsonElement line)
    {
        FormatVersion.Require(line.GetProperty("format").GetInt32(), Format, "a line of requests.jsonl");
        var run = Text(line, "run");
        return Text(line, "event") switch
        {
            "joined" => new LogEntry.Joined(run, line.GetProperty("fence").GetInt64()),
            "accepted" => new LogEntry.Accepted(
                run, new RunRequest(Text(line, "request"), RunCommandFields.Parse(Fields(line)))),
            "decided" => new LogEntry.Decided(
                run,
                Text(line, "request"),
                new RunDecision(
                    line.GetProperty("accepted").GetBoolean(), line.GetProperty("step").GetInt64(),
                        Text(line, "outcome"))),
            var name => throw new FormatException($"Expected joined, accepted or decided, found `{name}`."),
        };
    }

    private static string Text(JsonElement line, string key) =>
        line.GetProperty(key).GetString() ?? throw new FormatException($"\"{key}\" is null.");

    private static Dictionary<string, object?> Fields(JsonElement line) =>
        line.EnumerateObject().ToDictionary(member => member.Name, member => (object?)(member.Value.ValueKind switch
        {
            JsonValueKind.String => member.Value.GetString(),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number => member.Value.TryGetInt64(out var whole) ? (object)whole : member.Value.GetDouble(),
            _ => null,
        }));
}
