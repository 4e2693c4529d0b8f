using System.Globalization;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Supervision;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Core.WindTunnel;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Journal;

namespace MiniCpmDist.Cli.WindTunnel;

/// <summary>
/// Trains the runs of an experiment, as many beside each other as there are workers. What is finished stays; what was
/// interrupted goes on from its newest checkpoint. So an experiment that was killed is gone on with by the same
/// command.
/// </summary>
/// <param name="runs">The folder of runs.</param>
/// <param name="minicpm">Runs a command of minicpm; throws where it fails.</param>
/// <param name="workers">Train a run each.</param>
/// <param name="screen">Where sentences go.</param>
/// <param name="time">For the time that is left.</param>
internal sealed class TunnelRunner(
    string runs, Action<string[]> minicpm, IRunWorkers workers, Screen screen, TimeProvider time)
{
    private const int LinesOfFailure = 6;

    // The recipes of the trunks, beside the runs: a run's own folder must not exist before it is trained.
    private string Recipes => TunnelExperiment.Folder(runs);

    /// <summary>The file that takes what a run says, where workers are quiet.</summary>
    /// <param name="runs">The folder of runs.</param>
    /// <param name="name">Of the run.</param>
    public static string LogOf(string runs, string name) => Path.Combine(
        Directory.CreateDirectory(Path.Combine(TunnelExperiment.Folder(runs), "logs")).FullName, $"{name}.log");

    /// <summary>Trains the runs; branches after their trunks.</summary>
    /// <returns>
    /// Zero where every run has come to its end or diverged without others that need it; else the exit code of the
    /// first that did not: <see cref="ExitCodes.ResumeLater"/> where it was told to stop.
    /// </returns>
    /// <exception cref="ConfigurationException">A run of such a name is there and is another one.</exception>
    public int Run(IReadOnlyList<PlannedRun> plan)
    {
        TunnelRuns.RequireSame(runs, plan);
        var left = RunOrder.Of(plan).Where(run => !HasFinished(run)).ToList();
        if (left.Count < plan.Count && !plan.Any(run => run.MayGoOn))
            screen.Line($"{plan.Count - left.Count} of {plan.Count} runs are finished already.");
        var progress = new Progress(time, left.Count, left.Sum(run => run.Flops));
        var (under, result) = (new Dictionary<string, PlannedRun>(), 0);
        while (true)
        {
            while (result == 0 && !workers.IsEndAsked && workers.Free > 0
                && left.Find(run => run.Trunk is null || HasFinished(run.Trunk)) is { } next)
            {
                left.Remove(next);
                under[next.Name] = next;
                if (!workers.AreQuiet)
                    screen.Headline($"{next.Name} ({progress.Place}{progress.Left})");
                workers.Begin(next.Name, Command(next));
                Show(under.Keys);
            }
            if (under.Count == 0)
                break;
            var (name, code) = workers.Wait();
            under.Remove(name, out var ended);
            progress.Add(ended!);
            var verdict = VerdictOf(ended!, code, plan);
            screen.Line(verdict == 0
                ? $"{progress.Place} {name}: {Outcome(ended!)}{progress.Left}"
                : Failure(name, code, verdict));
            if (result == 0)
                result = verdict;
            Show(under.Keys);
        }
        if (result == 0 && left.Count > 0)
            result = ExitCodes.ResumeLater;
        if (result == ExitCodes.ResumeLater)
            screen.Line("The experiment was stopped before its end. The same command goes on with it.");
        return result;
    }

    /// <summary>True where a run came to the end of its schedule, as it is planned.</summary>
    public bool HasFinished(PlannedRun run)
    {
        if (!run.MayGoOn)
            return HasFinished(run.Name);
        // It may be on its way to a later end by now.
        return JournalFile.Read(Folder(run.Name).JournalPath)
            .Any(entry => entry.Event == JournalFile.FinishedEvent && entry.Tokens >= run.Tokens);
    }

    private bool HasFinished(string name) => JournalFile.HasFinished(Folder(name));

    private RunFolder Folder(string name) => new(Path.Combine(runs, name));

    private int VerdictOf(PlannedRun run, int code, IReadOnlyList<PlannedRun> plan) => code switch
    {
        // The largest learning rates of a study are there to diverge.
        ExitCodes.Hopeless when plan.All(other => other.Trunk != run.Name) => 0,
        0 when !HasFinished(run) => ExitCodes.ResumeLater,
        // A run that is asked to end before it trains has nothing to save, and is ended.
        not 0 when workers.IsEndAsked => ExitCodes.ResumeLater,
        _ => code,
    };

    private string Outcome(PlannedRun run) => !HasFinished(run)
        ? "cannot go on; the experiment does without it"
        : RateTable.LossOf(runs, run.Name) is { } loss
            ? string.Create(CultureInfo.InvariantCulture, $"held-out loss {loss:F4}")
            : "finished";

    private string Failure(string name, int code, int verdict)
    {
        if (verdict == ExitCodes.ResumeLater)
            return $"{name} is saved and not at its end.";
        if (!workers.AreQuiet)
            return $"{name} ended with exit code {code}.";
        var log = LogOf(runs, name);
        var said = File.Exists(log) ? File.ReadLines(log).TakeLast(LinesOfFailure) : [];
        return $"{name} ended with exit code {code}:\n    {string.Join("\n    ", said)}\n{log} has all that it said.";
    }

    private void Show(IEnumerable<string> under)
    {
        if (workers.AreQuiet && screen.IsTerminal && under.Any())
            screen.Live($"training {string.Join(", ", under)}");
    }

    private string[] Command(PlannedRun run)
    {
        var folder = Path.Combine(runs, run.Name);
        if (Directory.Exists(folder))
        {
            if (run.MayGoOn)
                Lengthen(folder, run);
            return ["resume", folder];
        }
        if (run.Trunk is { } trunk)
        {
            minicpm(
            [
                "branch", Path.Combine(runs, trunk), "--at",
                string.Create(CultureInfo.InvariantCulture, $"tokens:{run.At}"), "--decay", $"{run.Decay}", "--name",
                run.Name,
            ]);
            return ["resume", folder];
        }
        Directory.CreateDirectory(Recipes);
        var recipe = Path.Combine(Recipes, $"{run.Name}.yaml");
        File.WriteAllText(recipe, RunFile.Write(run.Options));
        return ["train", recipe, "--runs", runs, "--name", run.Name];
    }

    // The journal of the run keeps the change, so that it can be replayed.
    private static void Lengthen(string path, PlannedRun run)
    {
        var (folder, options) = RunFolder.Open(path);
        var stable = run.Options.Schedule.Stable;
        if (options.Schedule.Stable >= stable)
            return;
        var longer = options with { Schedule = options.Schedule with { Stable = stable } };
        File.WriteAllText(folder.ConfigurationPath + ".new", RunFile.Write(longer));
        File.Move(folder.ConfigurationPath + ".new", folder.ConfigurationPath, overwrite: true);
    }

    private sealed class Progress(TimeProvider time, int runs, double flops)
    {
        private readonly long _began = time.GetTimestamp();
        private double _done;
        private int _ended;

        public string Place => $"{_ended} of {runs}";

        /// <summary>The time that is left, at the speed so far; nothing before the first end.</summary>
        public string Left => _done > 0 && _ended < runs
            ? $", {ProgressText.Span(time.GetElapsedTime(_began) * ((flops - _done) / _done))} left"
            : "";

        public void Add(PlannedRun run) => (_done, _ended) = (_done + run.Flops, _ended + 1);
    }
}
