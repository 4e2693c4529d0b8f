using System.Globalization;
using System.Text;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Supervision;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Core.WindTunnel;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Journal;
using MiniCpmDist.Runs.WindTunnel;

namespace MiniCpmDist.Cli.WindTunnel;

/// <summary>
/// Trains the runs of an experiment. What is finished stays; what was interrupted goes on from its newest checkpoint.
/// So an experiment that was killed is gone on with by the same command.
/// </summary>
/// <param name="runs">The folder of runs.</param>
/// <param name="minicpm">Runs a command of minicpm; throws where it fails.</param>
/// <param name="workers">Train a run each.</param>
/// <param name="screen">Where sentences go.</param>
/// <param name="time">For the time that is left.</param>
internal sealed class TunnelRunner(
    string runs, Action<string[]> minicpm, IRunWorkers workers, Screen screen, TimeProvider time)
{
    private readonly RunPool _pool = new(workers, name => LogOf(runs, name), screen, time);

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
        var finished = plan.Count(HasFinished);
        if (finished > 0 && !plan.Any(run => run.MayGoOn))
            screen.Line($"{finished} of {plan.Count} runs are finished already.");
        var trunks = plan.Select(run => run.Trunk).ToHashSet();
        return _pool.Do(
        [
            .. RunOrder.Of(plan).Select(run => new PooledRun(run.Name, run.Trunk, run.Flops)
            {
                IsDone = () => HasFinished(run),
                Command = () => Command(run),
                Outcome = () => MeasuredRun.Find(runs, run.Name)?.Loss is { } loss
                    ? string.Create(CultureInfo.InvariantCulture, $"held-out loss {loss:F4}")
                    : "finished",
                MayDiverge = !trunks.Contains(run.Name),
            }),
        ]);
    }

    /// <summary>True where a run came to the end of its schedule, as it is planned.</summary>
    public bool HasFinished(PlannedRun run)
    {
        if (!run.MayGoOn)
            return JournalFile.HasFinished(Folder(run.Name));
        // It may be on its way to a later end by now.
        return JournalFile.Read(Folder(run.Name).JournalPath)
            .Any(entry => entry.Event == JournalFile.FinishedEvent && entry.Tokens >= run.Tokens);
    }

    private RunFolder Folder(string name) => new(Path.Combine(runs, name));

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
        SyncedFile.Write(folder.ConfigurationPath, Encoding.UTF8.GetBytes(RunFile.Write(longer)));
    }
}
