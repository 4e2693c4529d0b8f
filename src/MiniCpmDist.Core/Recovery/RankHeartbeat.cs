using System.Text.Json;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Recovery;

/// <summary>The heartbeat of a rank: what it writes about itself every few seconds, in a file of its own.</summary>
/// <param name="Rank">In its world.</param>
/// <param name="Host">Where it runs.</param>
/// <param name="ProcessId">On that host.</param>
/// <param name="Beat">
/// Counts the heartbeats. A process that is stopped or cut off repeats the same number for ever.
/// </param>
/// <param name="Step">The update that it is in; 0 before the first.</param>
/// <param name="Marks">
/// Counts how often the rank has entered or left a call. A rank that gets nowhere repeats the same number for ever.
/// </param>
/// <param name="Call">The collective that it is in; null while it computes.</param>
public sealed record RankHeartbeat(
    int Rank, string Host, int ProcessId, long Beat, long Step, long Marks, string? Call)
{
    private const string What = "a rank's heartbeat";

    /// <summary>
    /// True where the rank has been asked to save a checkpoint and end. Whoever waits for the run waits only for a
    /// while then.
    /// </summary>
    public bool IsEnding { get; init; }

    /// <summary>One line of JSON, without its end.</summary>
    public string Write() => Json.Line(writer =>
    {
        writer.WriteNumber("rank", Rank);
        writer.WriteString("host", Host);
        writer.WriteNumber("pid", ProcessId);
        writer.WriteNumber("beat", Beat);
        writer.WriteNumber("step", Step);
        writer.WriteNumber("marks", Marks);
        writer.WriteString("call", Call);
        writer.WriteBoolean("ending", IsEnding);
    });

    /// <exception cref="FormatException">The line is no heartbeat; it may be half written.</exception>
    public static RankHeartbeat Parse(string line) => Json.Read(line, What, members => new RankHeartbeat(
        members.Member("rank").GetInt32(),
        members.Member("host").GetString() ?? "",
        members.Member("pid").GetInt32(),
        members.Member("beat").GetInt64(),
        members.Member("step").GetInt64(),
        members.Member("marks").GetInt64(),
        members.Member("call") is { ValueKind: JsonValueKind.String } call ? call.GetString() : null)
    {
        IsEnding = members.TryGetProperty("ending", out var ending) && ending.GetBoolean(),
    });
}
