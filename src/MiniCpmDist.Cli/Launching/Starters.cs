using System.Globalization;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Cli.Launching;

/// <summary>
/// Who has started this process, as <c>minicpm launch</c> and launch/mpirun write themselves into its environment. When
/// one of them is killed, the kernel sends what it has started a signal; this says who it was.
/// </summary>
internal static class Starters
{
    /// <summary><c>NAME:PROCESS@HOST</c>, the first starter first, with semicolons in between.</summary>
    public const string Variable = "MINICPM_STARTED_BY";

    /// <summary>Returns the variable for a process that this one starts.</summary>
    /// <param name="name">Of this program, for people.</param>
    public static string With(string name) =>
        $"{Environment.GetEnvironmentVariable(Variable)};{name}:{Environment.ProcessId}@{Environment.MachineName}"
            .TrimStart(';');

    /// <summary>
    /// Names the starters that are gone, in words; null where all are there, or nothing is known of them.
    /// </summary>
    public static string? Gone() =>
        Gone(Environment.GetEnvironmentVariable(Variable), Environment.MachineName, ProcessTable.IsAlive);

    /// <param name="starters">The variable's text.</param>
    /// <param name="host">This one: of processes on others nothing is known.</param>
    /// <param name="isAlive">Asks for a process of this host.</param>
    internal static string? Gone(string? starters, string host, Func<int, bool> isAlive)
    {
        string[] gone =
        [
            .. (starters ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries)
                .Select(word => word.Split(':', '@'))
                .Where(parts => parts is [_, _, var where] && where == host)
                .Select(parts => (Name: parts[0], Id: int.TryParse(parts[1], CultureInfo.InvariantCulture, out var id)
                    ? id
                    : 0))
                .Where(starter => starter.Id > 0 && !isAlive(starter.Id))
                .Select(starter => $"{starter.Name} (process {starter.Id})"),
        ];
        return gone.Length == 0 ? null : $"{string.Join(" and ", gone)} {(gone.Length == 1 ? "is" : "are")} gone";
    }
}
