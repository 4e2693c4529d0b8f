using System.Globalization;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.WindTunnel;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Cli.WindTunnel;

/// <summary>
/// Holds the runs that an experiment finds to what its file plans now. Their names are the same after the file was
/// edited, and a result must not be told of runs that never were.
/// </summary>
internal static class TunnelRuns
{
    // What changes neither the loss nor what it is a loss of.
    private static readonly string[] s_ofNoAccount = ["checkpoint", "recovery", "coordinator", "telemetry"];

    /// <param name="runs">The folder of runs.</param>
    /// <param name="plan">All runs.</param>
    /// <exception cref="ConfigurationException">A run is there and differs from what is planned, in keys that are
    /// named.</exception>
    public static void RequireSame(string runs, IEnumerable<PlannedRun> plan)
    {
        var problems = new ProblemCollector();
        foreach (var run in plan)
        {
            var folder = new RunFolder(Path.Combine(runs, run.Name));
            if (!Directory.Exists(folder.Path))
                continue;
            problems.Try(() =>
            {
                Compare(folder, run, problems);
                return true;
            });
        }
        problems.ThrowIfAny();
    }

    // A run's own file has whole paths.
    private static string Resolved(string key, string value) =>
        key.EndsWith(".path", StringComparison.Ordinal) || key.EndsWith(".held_out", StringComparison.Ordinal)
            ? Path.GetFullPath(value)
            : value;

    private static void Compare(RunFolder folder, PlannedRun run, ProblemCollector problems)
    {
        if (run.Trunk is not null)
        {
            var schedule = RunFolder.Open(folder.Path).Options.Schedule;
            Require("where its decay begins", run.At, schedule.Warmup + schedule.Stable);
            Require("the length of its decay", run.Tokens, schedule.Decay);
            return;
        }
        var planned = RunFile.Leaves(RunFile.Write(run.Options));
        var found = RunFile.Leaves(InputFile.ReadText(folder.ConfigurationPath));
        foreach (var key in planned.Keys.Union(found.Keys).Where(key => !s_ofNoAccount.Contains(key.Split('.')[0])))
        {
            var expected = Resolved(key, planned.GetValueOrDefault(key, "nothing"));
            var there = Resolved(key, found.GetValueOrDefault(key, "nothing"));
            // A trial that has gone on is longer than it was planned at first.
            if (expected != there && !(run.MayGoOn && key == "schedule.stable"))
                Add(key, expected, there);
        }

        void Require(string what, long expected, long there)
        {
            if (expected != there)
            {
                Add(
                    what, expected.ToString(CultureInfo.InvariantCulture) + " tokens",
                    there.ToString(CultureInfo.InvariantCulture));
            }
        }

        void Add(string key, string expected, string there) => problems.Add(
            $"{folder.Path}: {key}", $"`{expected}`, as the experiment plans it now", $"`{there}`",
            "give another --name, or undo the change of the file");
    }
}
