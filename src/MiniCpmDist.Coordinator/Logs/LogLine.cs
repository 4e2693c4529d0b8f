using System.Text.Json;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Coordinator.Logs;

/// <summary>Entries as lines of <c>requests.jsonl</c>.</summary>
internal static class LogLine
{
    /// <summary>The format that this program writes, and the newest that it reads.</summary>
    public const int Format = 1;

    /// <summary>Writes the line, with its end.</summary>
    public static byte[] Write(LogEntry entry) => ChecksummedLine.Write(writer =>
    {
        writer.WriteNumber("format", Format);
        WriteMembers(writer, entry);
    });

    /// <summary>Reads a line without its end; null where its sum does not fit, as after a crash in the middle of a
    /// write.</summary>
    /// <exception cref="FormatException">The sum fits and the line makes no sense.</exception>
    /// <exception cref="ConfigurationException">A newer version of the program wrote it.</exception>
    public static LogEntry? Read(ReadOnlySpan<byte> line)
    {
        try
        {
            using var document = ChecksummedLine.Read(line);
            return document is null ? null : Parse(document.RootElement);
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
                    ChecksummedLine.WriteField(writer, key, value);
                break;
            case LogEntry.Decided decided:
                writer.WriteString("request", decided.RequestId);
                writer.WriteBoolean("accepted", decided.Decision.Accepted);
                writer.WriteNumber("step", decided.Decision.Step);
                writer.WriteString("outcome", decided.Decision.Outcome);
                break;
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
