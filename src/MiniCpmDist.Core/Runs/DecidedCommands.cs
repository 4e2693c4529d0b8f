using MiniCpmDist.Core.Control;

namespace MiniCpmDist.Core.Runs;

/// <summary>
/// What a journal knows of commands: which command acts at which step, and how each request was answered.
/// </summary>
public sealed class DecidedCommands
{
    public const string AcceptedEvent = "command";
    public const string RefusedEvent = "command-refused";

    /// <summary>
    /// The event of a <c>key</c> of the configuration that somebody has changed since the checkpoint.
    /// </summary>
    public const string ConfiguredEvent = "configuration-changed";
    private readonly Dictionary<string, RunDecision> _decisions = [];
    private readonly List<(long Step, RunRequest Request)> _schedule = [];

    /// <summary>
    /// Commands that change the schedule, in the order in which they act. This is not the order of the journal: after a
    /// rollback, a run may be told more before the step of a command that its journal has already.
    /// </summary>
    public IEnumerable<(long Step, RunRequest Request)> Schedule => _schedule.OrderBy(command => command.Step);

    /// <summary>Reads a journal's entries.</summary>
    /// <exception cref="FormatException">A command has no spelling that this program knows.</exception>
    public static DecidedCommands In(IEnumerable<JournalEntry> entries)
    {
        var found = new DecidedCommands();
        foreach (var entry in entries)
            found.Add(entry);
        return found;
    }

    /// <summary>How a request was answered; null for one that the journal does not know.</summary>
    public RunDecision? DecisionOf(string request) => _decisions.GetValueOrDefault(request);

    /// <summary>Commands that are still ahead of a run which goes on after so many steps.</summary>
    /// <param name="step">Updates done.</param>
    /// <param name="known">Requests of this very step whose changes the run has already.</param>
    public IEnumerable<(long Step, RunRequest Request)> After(long step, IReadOnlyCollection<string> known) =>
        Schedule.Where(command =>
            command.Step > step || (command.Step == step && !known.Contains(command.Request.Id)));

    /// <summary>Takes the next entry of the journal, whatever it is about.</summary>
    public void Add(JournalEntry entry)
    {
        if (entry.Event == ConfiguredEvent)
        {
            Supersede(entry.Step, entry.Details.GetValueOrDefault("key") as string);
            return;
        }
        if (entry.Event is not (AcceptedEvent or RefusedEvent)
            || entry.Details.GetValueOrDefault("request") is not string request)
            return;
        var accepted = entry.Event == AcceptedEvent;
        var outcome = entry.Details.GetValueOrDefault("outcome") as string ?? "";
        if (!_decisions.TryAdd(request, new RunDecision(accepted, entry.Step, outcome)) || !accepted)
            return;
        var command = RunCommandFields.Parse(entry.Details);
        if (command.SetKey is not null)
            _schedule.Add((entry.Step, new RunRequest(request, command)));
    }

    /// <summary>
    /// Drops the commands before an edit of their key, because whoever edits it has seen what they made of it. A
    /// learning rate that a command raised and that diverged must not come back after it was lowered in the file.
    /// </summary>
    private void Supersede(long step, string? key) =>
        _schedule.RemoveAll(command => command.Step >= step && command.Request.Command.SetKey == key);
}
