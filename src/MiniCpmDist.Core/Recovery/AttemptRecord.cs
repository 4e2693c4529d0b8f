using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Recovery;

/// <summary>One attempt at a run as its supervisor saw it: a line of <c>attempts.jsonl</c>.</summary>
/// <param name="Attempt">Its number in the run's journal; 0 where it did not come that far.</param>
/// <param name="Ranks">World size.</param>
/// <param name="Started">When the ranks were started.</param>
/// <param name="Ended">When the last of them was gone.</param>
/// <param name="ExitCode">Of the launcher.</param>
/// <param name="Cause">Why it failed; null where it did not.</param>
/// <param name="Text">The cause in words: rank, host, step, and what was said last.</param>
public sealed record AttemptRecord(
    int Attempt, int Ranks, DateTimeOffset Started, DateTimeOffset Ended, int ExitCode, FailureCause? Cause,
    string Text)
{
    private const string What = "a line of attempts.jsonl";

    /// <summary>When its first step was seen to begin; null where none did.</summary>
    public DateTimeOffset? FirstStep { get; init; }

    /// <summary>When some rank was last seen to make progress.</summary>
    public DateTimeOffset LastProgress { get; init; } = Ended;

    /// <summary>One line of JSON, without its end.</summary>
    public string Write() => Json.Line(writer =>
    {
        writer.WriteNumber("attempt", Attempt);
        writer.WriteNumber("ranks", Ranks);
        writer.WriteString("started", Started);
        if (FirstStep is { } first)
            writer.WriteString("first_step", first);
        writer.WriteString("last_progress", LastProgress);
        writer.WriteString("ended", Ended);
        writer.WriteNumber("exit_code", ExitCode);
        if (Cause is { } cause)
            writer.WriteString("cause", FailureCauseName.Of(cause));
        writer.WriteString("text", Text);
    });

    /// <exception cref="FormatException">The line is not an attempt's.</exception>
    public static AttemptRecord Parse(string line) => Json.Read(line, What, members => new AttemptRecord(
        members.Member("attempt").GetInt32(),
        members.Member("ranks").GetInt32(),
        members.Member("started").GetDateTimeOffset(),
        members.Member("ended").GetDateTimeOffset(),
        members.Member("exit_code").GetInt32(),
        members.TryGetProperty("cause", out var cause) ? FailureCauseName.Parse(cause.GetString()) : null,
        members.Member("text").GetString() ?? "")
    {
        FirstStep = members.TryGetProperty("first_step", out var first) ? first.GetDateTimeOffset() : null,
        LastProgress = members.Member("last_progress").GetDateTimeOffset(),
    });
}
