using System.Globalization;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Core.WindTunnel;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Journal;

namespace MiniCpmDist.Cli.WindTunnel;

/// <summary>
/// Trains the runs of an experiment, one after the other. What is finished stays; what was interrupted goes on from its
/// newest checkpoint. So an experiment that was killed is gone on with by the same command.
/// </summary>
/// <param name="runs">The folder of runs.</param>
/// <param name="minicpm">Runs a command of minicpm; throws where it fails.</param>
/// <param name="onRanks">Runs a command of minicpm on the ranks and returns its exit code.</param>
/// <param name="screen">Where sentences go.</param>
/// <param name="time">For the time that is left.</param>
internal sealed class TunnelRunner(
    string runs, Action<string[]> minicpm, Func<string[], int> onRanks, Screen screen, TimeProvider time)
{
    // The recipes of the trunks, beside the runs: a run's own folder must not exist before it is trained.
    private string Recipes => TunnelExperiment.Folder(runs);

    /// <returns>Zero, or the exit code of the run that did not come to its end.</returns>
    /// <exception cref="ConfigurationException">A run of such a name is there and is another one.</exception>
    public int Run(IReadOnlyList<PlannedRun> plan)
    {
        TunnelRuns.RequireSame(runs, plan);
        var left = plan.Where(run => !HasFinished(run.Name)).ToList();
        if (left.Count < plan.Count)
            screen.Line($"{plan.Count - left.Count} of {plan.Count} runs are finished already.");
        var (began, done, total) = (time.GetTimestamp(), 0.0, left.Sum(run => run.Flops));
        foreach (var (number, run) in left.Index())
        {
            var eta = done > 0
                ? $", {ProgressText.Span(time.GetElapsedTime(began) * ((total - done) / done))} left"
                : "";
            screen.Headline($"{run.Name} ({number + 1} of {left.Count}{eta})");
            var code = Train(run);
            if (code == ExitCodes.Hopeless && plan.All(other => other.Trunk != run.Name))
            {
                // The largest learning rates of a study are there to diverge.
                screen.Line($"{run.Name} cannot go on; the experiment does without it.");
                done += run.Flops;
                continue;
            }
            if (code != 0)
                return code;
            if (!HasFinished(run.Name))
            {
                screen.Line($"{run.Name} was stopped before its end. The same command goes on with it.");
                return 0;
            }
            done += run.Flops;
        }
        return 0;
    }

    /// <summary>Trains a run, or goes on with it; nothing where it is finished.</summary>
    /// <returns>The exit code of its ranks.</returns>
    /// <exception cref="ConfigurationException">A run of that name is there and is another one.</exception>
    public int Train(PlannedRun run)
    {
        TunnelRuns.RequireSame(runs, [run]);
        var folder = Path.Combine(runs, run.Name);
        if (HasFinished(run.Name))
            return 0;
        if (Directory.Exists(folder))
            return onRanks(["resume", folder]);
        if (run.Trunk is { } trunk)
        {
            minicpm(
            [
                "branch", Path.Combine(runs, trunk), "--at",
                string.Create(CultureInfo.InvariantCulture, $"tokens:{run.At}"), "--decay", $"{run.Decay}", "--name",
                run.Name,
            ]);
            return onRanks(["resume", folder]);
        }
        Directory.CreateDirectory(Recipes);
        var recipe = Path.Combine(Recipes, $"{run.Name}.yaml");
        File.WriteAllText(recipe, RunFile.Write(run.Options));
        return onRanks(["train", recipe, "--runs", runs, "--name", run.Name]);
    }

    /// <summary>True where a run came to the end of its schedule.</summary>
    public bool HasFinished(string name) => JournalFile.HasFinished(
        new RunFolder(Path.Combine(runs, name)));
}
