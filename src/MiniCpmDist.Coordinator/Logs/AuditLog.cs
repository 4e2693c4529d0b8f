using MiniCpmDist.Coordinator.Access;
using MiniCpmDist.Core.Control;

namespace MiniCpmDist.Coordinator.Logs;

/// <summary>
/// <c>audit.jsonl</c>: who commanded what, when, and what came of it. Unlike the request log it forgets nothing by
/// itself. A line is on the disk before the command is promised to anybody. Not thread-safe.
/// </summary>
internal sealed class AuditLog(ILogFiles files, TimeProvider clock)
{
    public const string Name = "audit.jsonl";
    private const string NewName = Name + ".new";

    // An earlier process may have been killed in the middle of a line: what follows it begins on a line of its own, and
    // empty lines mean nothing.
    private bool _isDoubtful = true;

    /// <exception cref="LogUnwritableException">The disk does not take it.</exception>
    public void Asked(string run, RunRequest asked, Caller by) =>
        Append(new AuditEntry.Asked(clock.GetUtcNow(), run, asked.Id, by, Spell(asked.Command)));

    /// <exception cref="LogUnwritableException">The disk does not take it.</exception>
    public void Ended(string run, string requestId, bool accepted, long? step, string outcome) =>
        Append(new AuditEntry.Ended(clock.GetUtcNow(), run, requestId, accepted, step, outcome));

    /// <summary>Reads all entries, oldest first.</summary>
    /// <param name="files">The folder.</param>
    /// <param name="tell">Takes a sentence where lines are damaged.</param>
    public static IReadOnlyList<AuditEntry> Read(ILogFiles files, Action<string>? tell = null)
    {
        var entries = new List<AuditEntry>();
        var damaged = 0;
        foreach (var line in Lines(files.Read(Name)))
        {
            if (AuditLine.Read(line.Span) is { } entry)
                entries.Add(entry);
            else
                damaged++;
        }

        if (damaged > 0)
            tell?.Invoke($"{Name}: {damaged} line(s) cannot be read; a crash may have torn them");
        return entries;
    }

    /// <summary>Forgets what was written before a moment. A failure leaves the file as it is.</summary>
    public void Forget(DateTimeOffset before)
    {
        try
        {
            var entries = Read(files);
            if (entries.Count == 0 || entries[0].Time >= before)
                return;
            using var lines = new MemoryStream();
            foreach (var entry in entries.Where(entry => entry.Time >= before))
                lines.Write(AuditLine.Write(entry));
            files.Delete(NewName);
            files.Append(NewName, lines.GetBuffer().AsSpan(0, (int)lines.Length));
            files.Sync(NewName);
            files.Replace(Name, NewName);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It stays long; the next time may succeed.
        }
    }

    private void Append(AuditEntry entry)
    {
        var line = AuditLine.Write(entry);
        try
        {
            var isDoubtful = _isDoubtful;
            _isDoubtful = true;
            files.Append(Name, isDoubtful ? [(byte)'\n', .. line] : line);
            files.Sync(Name);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new LogUnwritableException(exception);
        }

        _isDoubtful = false;
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Lines(byte[] bytes)
    {
        for (var start = 0; start < bytes.Length;)
        {
            var size = bytes.AsSpan(start).IndexOf((byte)'\n');
            var end = size < 0 ? bytes.Length : start + size;
            if (end > start)
                yield return bytes.AsMemory(start..end);
            start = end + 1;
        }
    }

    private static string Spell(RunCommand command) => string.Join(
        ' ', RunCommandFields.Write(command).Skip(1).Where(field => field.Value is not null)
            .Select(field => FormattableString.Invariant($"{field.Key}={field.Value}"))
            .Prepend(RunCommandFields.NameOf(command)));
}
