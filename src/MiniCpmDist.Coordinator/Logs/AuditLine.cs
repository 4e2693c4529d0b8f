using System.Globalization;
using System.Text.Json;
using MiniCpmDist.Coordinator.Access;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Coordinator.Logs;

/// <summary>Entries as lines of <c>audit.jsonl</c>.</summary>
internal static class AuditLine
{
    /// <summary>The format that this program writes, and the newest that it reads.</summary>
    public const int Format = 1;

    private const string AskedEvent = "asked";
    private const string EndedEvent = "ended";

    /// <summary>Writes the line, with its end.</summary>
    public static byte[] Write(AuditEntry entry) => ChecksummedLine.Write(writer =>
    {
        writer.WriteNumber("format", Format);
        writer.WriteString("event", entry is AuditEntry.Asked ? AskedEvent : EndedEvent);
        writer.WriteString("time", entry.Time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        writer.WriteString("run", entry.Run);
        writer.WriteString("request", entry.RequestId);
        switch (entry)
        {
            case AuditEntry.Asked asked:
                writer.WriteString("by", asked.By.Name);
                writer.WriteString("from", asked.By.Peer);
                writer.WriteString("command", asked.Command);
                break;
            case AuditEntry.Ended ended:
                writer.WriteBoolean("accepted", ended.Accepted);
                ChecksummedLine.WriteField(writer, "step", ended.Step);
                writer.WriteString("outcome", ended.Outcome);
                break;
        }
    });

    /// <summary>Reads a line without its end; null where it is damaged.</summary>
    /// <exception cref="ConfigurationException">A newer version of the program wrote it.</exception>
    public static AuditEntry? Read(ReadOnlySpan<byte> line)
    {
        try
        {
            using var document = ChecksummedLine.Read(line);
            return document is null ? null : Parse(document.RootElement);
        }
        catch (Exception exception) when (
            exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }

    private static AuditEntry? Parse(JsonElement line)
    {
        FormatVersion.Require(line.GetProperty("format").GetInt32(), Format, "a line of audit.jsonl");
        var (time, run, request) = (line.GetProperty("time").GetDateTimeOffset(), Text("run"), Text("request"));
        return Text("event") switch
        {
            AskedEvent => new AuditEntry.Asked(
                time, run, request, new Caller(line.GetProperty("by").GetString(), Text("from")), Text("command")),
            EndedEvent => new AuditEntry.Ended(
                time, run, request, line.GetProperty("accepted").GetBoolean(),
                line.GetProperty("step") is { ValueKind: JsonValueKind.Number } step ? step.GetInt64() : null,
                Text("outcome")),
            _ => null,
        };

        string Text(string key) => line.GetProperty(key).GetString() ?? throw new FormatException($"{key} is null.");
    }
}
