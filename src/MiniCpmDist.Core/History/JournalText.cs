using System.Globalization;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Core.History;

/// <summary>Entries of a journal as short sentences, for those who watch.</summary>
public static class JournalText
{
    /// <returns>Null for an entry that is only there for a program that reads the journal again.</returns>
    public static string? Of(JournalEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.Event switch
        {
            "run-started" => Started(entry),
            "run-finished" => "the schedule is at its end",
            "phase" => $"the {Detail(entry, "phase").ToLowerInvariant()} phase begins",
            "mixture" => $"the mixture is {Detail(entry, "weights")}",
            "batch-size" => $"{Detail(entry, "outcome")} ({Detail(entry, "cause")})",
            DecidedCommands.AcceptedEvent => $"{Detail(entry, "command")}: {Detail(entry, "outcome")}",
            DecidedCommands.RefusedEvent => $"{Detail(entry, "command")} is refused: {Detail(entry, "outcome")}",
            DecidedCommands.ConfiguredEvent =>
                $"{Detail(entry, "key")} was {Detail(entry, "before")} and is {Detail(entry, "after")}",
            "command-passed-over" => $"{Detail(entry, "command")} has nothing left to act on: {Detail(entry, "found")}",
            "checkpoint" => $"saved ({Detail(entry, "cause")})",
            "checkpoint-failed" => $"not saved: {Detail(entry, "failure")}",
            "checkpoint-passed-over" => $"{Detail(entry, "file")} is damaged: {Detail(entry, "found")}",
            "branched" => $"{Detail(entry, "branch")} begins here",
            "branch-failed" => $"{Detail(entry, "branch")} could not begin: {Detail(entry, "told")}",
            "signal" => $"{Detail(entry, "signal")}: saves, then {Verb(Detail(entry, "then"))}",
            "time-used-up" => "the time of this attempt is used up",
            "data-exhausted" => "a source is used up, and the run ends with it",
            "weights-imported" => $"begins with the weights of {Detail(entry, "from")}",
            "dead-expert" =>
                $"expert {Detail(entry, "expert")} of layer {Detail(entry, "layer")} gets no tokens any more",
            "parts-taken-up" => $"it reads {Detail(entry, "parts")} parts of {Detail(entry, "source")}; "
                + $"the last one begins after {Detail(entry, "begins_at")} sequences",
            "upcycled" => $"its {Detail(entry, "experts")} experts begin as copies of the parent's feed-forward part",
            "checkpoint-deleted" or "configuration" => null,
            // A newer program may journal more than this one knows.
            _ => entry.Event,
        };
    }

    private static string Started(JournalEntry entry)
    {
        var ranks = Detail(entry, "world_size");
        var from = Detail(entry, "from");
        return $"attempt {Detail(entry, "attempt")} begins with {ranks} {(ranks == "1" ? "rank" : "ranks")}"
            + (from.Length == 0 ? "" : $" from {from}");
    }

    private static string Verb(string then) => then == "end" ? "ends" : "goes on";

    private static string Detail(JournalEntry entry, string key) =>
        Convert.ToString(entry.Details.GetValueOrDefault(key), CultureInfo.InvariantCulture) ?? "";
}
