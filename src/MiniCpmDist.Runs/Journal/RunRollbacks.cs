using System.Globalization;
using System.Text.RegularExpressions;
using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Runs.Journal;

/// <summary>
/// What a journal knows of rollbacks: from which place in its sources a run goes on after a checkpoint, and how often
/// it has come back to one.
/// </summary>
public sealed partial class RunRollbacks
{
    /// <summary>The event of a run that goes back to a checkpoint.</summary>
    public const string RolledBackEvent = "rolled-back";

    private const string Cause = "cause";
    private const string ToStep = "to_step";
    private const string Cursor = "cursor";

    private readonly List<JournalEntry> _moves = [];
    private readonly List<(long Step, RollbackCause Cause)> _tries = [];

    /// <summary>Reads a journal's entries.</summary>
    public static RunRollbacks In(IEnumerable<JournalEntry> entries)
    {
        var found = new RunRollbacks();
        foreach (var entry in entries)
            found.Add(entry);
        return found;
    }

    /// <summary>The details of a rollback's journal entry.</summary>
    /// <param name="cause">Why.</param>
    /// <param name="toStep">Of the checkpoint; 0 for initial weights.</param>
    /// <param name="sequences">How many sequences are passed over.</param>
    /// <param name="cursor">Where the sources are read on; null where no data are passed over.</param>
    public static (string Key, object? Value)[] Details(
        RollbackCause cause, long toStep, long sequences, string? cursor) =>
        [(Cause, RollbackCauseName.Of(cause)), (ToStep, toStep), ("sequences", sequences), (Cursor, cursor)];

    /// <summary>The lines that move the data in the run as it is now, in the order of their checkpoints.</summary>
    public IReadOnlyList<JournalEntry> Moves => _moves;

    /// <summary>True where a line has everything that is needed to follow it.</summary>
    internal static bool IsWhole(JournalEntry rollback) =>
        rollback.Details.GetValueOrDefault(ToStep) is long
        && rollback.Details.TryGetValue(Cursor, out var cursor)
        && (cursor is null || (cursor is string text && CursorText().IsMatch(text)))
        && rollback.Details.GetValueOrDefault(Cause) is string cause && RollbackCauseName.IsKnown(cause);

    // The cursor text has name, weight, origin and consumed of each source. The training code writes it in this form.
    [GeneratedRegex(@"^[^ =/]+=\d{1,18}/\d{1,18}/\d{1,18}( [^ =/]+=\d{1,18}/\d{1,18}/\d{1,18})*$")]
    private static partial Regex CursorText();

    /// <summary>The step of the checkpoint that a line goes back to.</summary>
    public static long TargetOf(JournalEntry rollback) =>
        Convert.ToInt64(rollback.Details[ToStep], CultureInfo.InvariantCulture);

    /// <summary>Where the sources are read on from a checkpoint; null where the checkpoint itself says so.</summary>
    public string? CursorAt(long step) =>
        _moves.LastOrDefault(move => TargetOf(move) == step)?.Details[Cursor] as string;

    /// <summary>
    /// How often the run has come back to a checkpoint since its configuration last changed. Rollbacks because of
    /// numbers and rollbacks because ranks differ are counted apart.
    /// </summary>
    public int CountAt(long step, RollbackCause cause) => _tries.Count(entry =>
        entry.Step == step && (entry.Cause == RollbackCause.RanksDiffer) == (cause == RollbackCause.RanksDiffer));

    /// <summary>Takes the next entry of the journal, whatever it is about.</summary>
    public void Add(JournalEntry entry)
    {
        switch (entry.Event)
        {
            case JournalFile.ConfigurationEvent:
                _tries.Clear();
                break;
            // A run that begins before a checkpoint makes another checkpoint of that step.
            case JournalFile.StartedEvent:
                _moves.RemoveAll(move => TargetOf(move) > entry.Step);
                _tries.RemoveAll(tried => tried.Step > entry.Step);
                break;
            case RolledBackEvent:
                var target = TargetOf(entry);
                _tries.Add((target, RollbackCauseName.Parse(entry.Details[Cause] as string)));
                if (entry.Details[Cursor] is string)
                {
                    _moves.RemoveAll(move => TargetOf(move) >= target);
                    _moves.Add(entry);
                }
                break;
        }
    }
}
