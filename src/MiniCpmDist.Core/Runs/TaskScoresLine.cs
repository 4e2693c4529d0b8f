using System.Text.Json;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Runs;

/// <summary>Lines of <c>scores.jsonl</c>: one for each evaluation on tasks.</summary>
public static class TaskScoresLine
{
    private const string What = "a line of scores.jsonl";

    public static string Write(TaskScoresReport report) => Json.Line(writer =>
    {
        writer.WriteNumber("step", report.Step);
        writer.WriteNumber("tokens", report.Tokens);
        writer.WriteNumber("attempt", report.Attempt);
        writer.WriteNumber("positions", report.Positions);
        writer.WriteMeasured("seconds", report.Seconds);
        writer.WriteStartArray("scores");
        foreach (var score in report.Scores)
            Write(writer, score);
        writer.WriteEndArray();
    });

    /// <exception cref="FormatException">The line is not that of an evaluation on tasks.</exception>
    public static TaskScoresReport Parse(string line) => Json.Read(line, What, members => new TaskScoresReport(
        members.Member("step").GetInt64(),
        members.Member("tokens").GetInt64(),
        members.Member("attempt").GetInt32(),
        members.Member("positions").GetInt64(),
        members.Measured("seconds"),
        [.. members.Member("scores").EnumerateArray().Select(Read)]));

    private static void Write(Utf8JsonWriter writer, TaskScore score)
    {
        writer.WriteStartObject();
        writer.WriteString("task", score.Task);
        writer.WriteString("flavour", score.Flavour);
        writer.WriteString("mode", score.Mode);
        writer.WriteString("rule", score.Rule);
        writer.WriteBoolean("own_rule", score.IsOwn);
        writer.WriteMeasured("score", score.Score);
        writer.WriteMeasured("error", score.Error);
        writer.WriteNumber("items", score.Items);
        writer.WriteEndObject();
    }

    private static TaskScore Read(JsonElement score) => new(
        score.Member("task").GetString()!,
        score.Member("flavour").GetString()!,
        score.Member("mode").GetString()!,
        score.Member("rule").GetString()!,
        score.Member("own_rule").GetBoolean(),
        score.Measured("score"),
        score.Measured("error"),
        score.Member("items").GetInt32());
}
