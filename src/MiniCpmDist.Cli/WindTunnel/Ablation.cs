using System.Globalization;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.WindTunnel;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Journal;
using MiniCpmDist.Runs.WindTunnel;

namespace MiniCpmDist.Cli.WindTunnel;

/// <summary>
/// Two branches of a trunk, one of which decays on other data, two lengths of fine-tuning on each, with several seeds,
/// and an evaluation of each model. It goes on with what is there.
/// </summary>
/// <param name="options">What was asked for.</param>
/// <param name="name">The first part of the runs' names.</param>
/// <param name="minicpm">Runs a command of minicpm; throws where it fails.</param>
/// <param name="pool">Trains the runs.</param>
/// <param name="logOf">The file that takes what a run says.</param>
internal sealed class Ablation(
    AblationOptions options, string name, Action<string[]> minicpm, RunPool pool, Func<string, string> logOf)
{
    /// <summary>What the decays see.</summary>
    public static readonly string[] Decays = ["plain", "mixed"];

    private string Runs => FolderOf(options);

    /// <summary>Where all runs go: branches lie beside their trunk.</summary>
    public static string FolderOf(AblationOptions options) =>
        Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Trunk))) ?? "";

    /// <summary>The name of a branch.</summary>
    public static string Branch(string name, string decay) => $"{name}-{decay}";

    /// <summary>The name of a fine-tuned run.</summary>
    public static string Tuned(string name, string decay, double epochs, int seed) => string.Create(
        CultureInfo.InvariantCulture, $"{name}-{decay}-sft-{epochs:R}-seed-{seed}");

    /// <summary>Checks what can be checked before the first run.</summary>
    /// <exception cref="ConfigurationException">Something is missing; all of it is told.</exception>
    public static void Require(AblationOptions options)
    {
        var problems = new ProblemCollector();
        problems.Require(
            File.Exists(new RunFolder(options.Trunk).ConfigurationPath), "trunk", "a run folder",
            $"`{options.Trunk}`, which is no run", "name such as runs/first");
        foreach (var file in options.Samples.Append(options.Mixture))
        {
            problems.Require(
                File.Exists(file), file, "a file", Directory.Exists(file) ? "a folder" : "nothing there",
                "name a file that is there; paths begin at the folder in which the command is called");
        }
        problems.Require(
            options.Tasks.Count == 0 || Directory.Exists(options.TaskData), "task_data", "the folder of the sets",
            $"`{options.TaskData}`, which is not there", "launch/examples/evaluation-sets makes one");
        problems.ThrowIfAny();
    }

    /// <summary>Trains and evaluates.</summary>
    /// <returns>Zero, or the exit code of what failed.</returns>
    public int Run()
    {
        if (pool.Do([.. Decays.Select(Decayed)]) is not 0 and var failed)
            return failed;
        PooledRun[] tuned =
        [
            .. Cells().SelectMany(cell => Enumerable.Range(1, options.Seeds)
                .Select(seed => FineTuned(cell.Decay, cell.Epochs, seed))),
        ];
        if (pool.Do(tuned) is not 0 and var failedLater)
            return failedLater;
        return options.Tasks.Count == 0 ? 0 : pool.Do([.. tuned.Select(run => Asked(run.Name))]);
    }

    /// <summary>The cells of the design.</summary>
    public IEnumerable<(string Decay, double Epochs)> Cells() =>
        Decays.SelectMany(decay => options.Epochs.Select(epochs => (decay, epochs)));

    private PooledRun Decayed(string decay)
    {
        var run = Branch(name, decay);
        string[] mixture = decay == Decays[1] ? ["--mixture", options.Mixture] : [];
        return Trained(
            run,
            ["branch", options.Trunk, "--at", options.At, "--decay", $"{options.Decay}", "--name", run, .. mixture]);
    }

    private PooledRun FineTuned(string decay, double epochs, int seed)
    {
        var run = Tuned(name, decay, epochs, seed);
        return Trained(
            run,
            [
                "sft", Path.Combine(Runs, Branch(name, decay)), "--data", .. options.Samples, "--name", run, "--epochs",
                epochs.ToString("R", CultureInfo.InvariantCulture), "--set",
                string.Create(CultureInfo.InvariantCulture, $"seed={seed}"),
                .. options.Set.SelectMany(set => (string[])["--set", set]),
            ]);
    }

    private PooledRun Trained(string run, string[] make)
    {
        var folder = new RunFolder(Path.Combine(Runs, run));
        return new PooledRun(run, null, 1)
        {
            IsDone = () => JournalFile.HasFinished(folder),
            Command = () =>
            {
                if (!Directory.Exists(folder.Path))
                    minicpm(make);
                return ["resume", folder.Path];
            },
            Outcome = () => MeasuredRun.Read(folder.Path).Loss is { } loss
                ? string.Create(CultureInfo.InvariantCulture, $"held-out loss {loss:F4}")
                : "finished",
        };
    }

    // Scores of items are kept in the run's folder: asking again computes nothing.
    private PooledRun Asked(string run)
    {
        var log = logOf(AblationText.Asked(run));
        return new PooledRun(AblationText.Asked(run), null, 1)
        {
            // An evaluation prints one task after the other, and may have been stopped between two.
            IsDone = () =>
            {
                var scores = AblationText.Scores(log);
                return options.Tasks.All(scores.ContainsKey);
            },
            Command = () =>
            [
                "eval", Path.Combine(Runs, run), "--tasks", string.Join(',', options.Tasks), "--data", options.TaskData,
                "--json",
            ],
            Outcome = () => string.Join(", ", AblationText.Scores(log).Select(score => string.Create(
                CultureInfo.InvariantCulture, $"{score.Key} {score.Value:P1}"))),
        };
    }
}
