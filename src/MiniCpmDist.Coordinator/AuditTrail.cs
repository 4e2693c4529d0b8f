using MiniCpmDist.Coordinator.Logs;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Coordinator;

/// <summary>Who commanded what: the audit log of a coordinator, or of a run with a coordinator of its own.</summary>
public static class AuditTrail
{
    /// <summary>Reads the log of a folder; the coordinator may go on writing it.</summary>
    /// <param name="folder">The state folder of a coordinator, or a run's folder.</param>
    /// <param name="tell">Takes what a reader should know of the log.</param>
    /// <returns>The commands, oldest first; one that has ended and was sent before the log begins has no
    /// sender.</returns>
    /// <exception cref="ConfigurationException">It cannot be read, or a newer version wrote it.</exception>
    public static IReadOnlyList<AuditedCommand> Read(string folder, Action<string>? tell = null)
    {
        var commands = new List<AuditedCommand>();
        var places = new Dictionary<(string, string), int>();
        foreach (var entry in Entries(folder, tell))
        {
            var key = (entry.Run, entry.RequestId);
            if (entry is AuditEntry.Asked asked)
            {
                places[key] = commands.Count;
                commands.Add(new AuditedCommand(
                    asked.Time, asked.By.Name, asked.By.Peer, asked.Run, asked.RequestId, asked.Command));
            }
            else if (entry is AuditEntry.Ended ended)
            {
                var (isAccepted, step, outcome) = (ended.Accepted, ended.Step, ended.Outcome);
                if (!places.TryGetValue(key, out var place))
                {
                    place = places[key] = commands.Count;
                    commands.Add(new AuditedCommand(ended.Time, null, "", ended.Run, ended.RequestId, "?"));
                }

                commands[place] = commands[place] with { IsAccepted = isAccepted, Step = step, Outcome = outcome };
            }
        }

        return commands;
    }

    private static IReadOnlyList<AuditEntry> Entries(string folder, Action<string>? tell)
    {
        try
        {
            return AuditLog.Read(new LogFolder(folder), tell);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([new Problem(
                folder, $"an {AuditLog.Name} that can be read", exception.Message,
                "name the folder of a coordinator (--state) or of a run")]);
        }
    }
}
