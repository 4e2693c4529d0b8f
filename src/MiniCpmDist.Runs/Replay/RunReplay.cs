using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Journal;

namespace MiniCpmDist.Runs.Replay;

/// <summary>
/// A run as its journal describes it: the configurations that it has had, each from a step on, and the commands that
/// changed its schedule. When this is trained again, it has the same loss column.
/// </summary>
/// <param name="Segments">At least one; in order.</param>
/// <param name="LastStep">The last that the run has measured.</param>
public sealed record RunReplay(IReadOnlyList<ReplaySegment> Segments, long LastStep)
{
    /// <summary>Reads journal and metrics of a run, which may be going on.</summary>
    /// <param name="original">The run.</param>
    /// <param name="name">Of the run that it is trained again as.</param>
    /// <exception cref="ConfigurationException">They do not say enough, or are damaged.</exception>
    public static RunReplay Of(RunFolder original, string name)
    {
        var problems = new ProblemCollector();
        problems.Require(
            File.Exists(original.JournalPath) && File.Exists(original.MetricsPath), original.Path,
            "a run that has trained (with journal.jsonl and metrics.jsonl)", "one without", "name another run folder");
        problems.ThrowIfAny();
        var entries = JournalFile.Read(original.JournalPath).ToArray();
        var losses = LossColumn.Read(original);
        var configurations = Configurations(entries);
        // A run that an older program began has a configuration from the place on where this program took it up.
        var start = entries.FirstOrDefault(entry => entry.Event == JournalFile.StartedEvent)?.Step;
        problems.Require(
            configurations.Count > 0 && configurations[0].Step == start, original.JournalPath,
            "the configuration of the first attempt", "none",
            "it is from a version of the program that did not journal it; such a run cannot be replayed");
        problems.Require(
            losses.LastStep > 0, original.MetricsPath, "at least one step", "none", "let the run take a step first");
        problems.ThrowIfAny();
        var commands = JournalFile.Commands(original.JournalPath, entries).Schedule.ToArray();
        var rollbacks = RunRollbacks.In(entries).Moves.ToDictionary(RunRollbacks.TargetOf);
        // A segment ends where the configuration or the data change.
        var starts = configurations.Select(configuration => configuration.Step).Union(rollbacks.Keys)
            .Where(step => step >= configurations[0].Step && step < losses.LastStep).Order().ToArray();
        return new RunReplay(
            [
                .. starts.Zip(starts.Skip(1).Append(losses.LastStep)).Select(ends => new ReplaySegment(
                    ends.First, ends.Second,
                    Again(RunFile.Parse(
                        configurations.Last(configuration => configuration.Step <= ends.First).Yaml,
                        original.JournalPath), name),
                    [.. commands.Where(command => command.Step >= ends.First && command.Step < ends.Second)],
                    rollbacks.GetValueOrDefault(ends.First))),
            ],
            losses.LastStep);
    }

    /// <summary>
    /// Lists the configurations. One that an attempt began with counts from its step on, whatever earlier attempts had
    /// done after that step.
    /// </summary>
    private static List<(long Step, string Yaml)> Configurations(IEnumerable<JournalEntry> entries)
    {
        var found = new List<(long Step, string Yaml)>();
        foreach (var entry in entries.Where(entry => entry.Event == JournalFile.ConfigurationEvent))
        {
            found.RemoveAll(earlier => earlier.Step >= entry.Step);
            found.Add((entry.Step, (string)entry.Details[JournalFile.Yaml]!));
        }
        return found;
    }

    /// <summary>The options of the replay: nobody commands it, and nobody goes on from it.</summary>
    private static RunOptions Again(RunOptions options, string name) => options with
    {
        Name = name,
        Coordinator = new CoordinatorOptions(Address: null),
        Telemetry = new TelemetryOptions(),
        Checkpoint = options.Checkpoint with { Every = null },
    };
}
