using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Runs.Checkpoints;

namespace MiniCpmDist.Runs.Folder;

/// <summary>A run is a folder that explains itself; this is where its parts lie.</summary>
public sealed record RunFolder(string Path)
{
    public string Name => System.IO.Path.GetFileName(
        System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(Path)));

    /// <summary>The resolved configuration.</summary>
    public string ConfigurationPath => System.IO.Path.Combine(Path, "run.yaml");

    /// <summary>Every decision, in order, before it acted.</summary>
    public string JournalPath => System.IO.Path.Combine(Path, "journal.jsonl");

    /// <summary>One line a step, append-only.</summary>
    public string MetricsPath => System.IO.Path.Combine(Path, "metrics.jsonl");

    /// <summary>One line for each evaluation on tasks; there is none where the run evaluates no task.</summary>
    public string ScoresPath => System.IO.Path.Combine(Path, "scores.jsonl");

    public string CheckpointsPath => System.IO.Path.Combine(Path, "checkpoints");

    /// <summary>The folder that says which branches begin at which checkpoint.</summary>
    public string PinsPath => System.IO.Path.Combine(Path, "pins");

    /// <summary>The committed checkpoints, oldest first.</summary>
    public IReadOnlyList<CheckpointFolder> Checkpoints => CheckpointFolder.List(CheckpointsPath);

    /// <summary>The newest committed checkpoint; null before the first.</summary>
    public CheckpointFolder? NewestCheckpoint => Checkpoints is [.., var newest] ? newest : null;

    /// <summary>A new run needs a folder of its own.</summary>
    public static void RequireFree(ProblemCollector problems, string path)
    {
        if (Directory.Exists(path) || File.Exists(path))
        {
            problems.Add(
                path, "no folder of this name", "one that exists",
                $"resume it with `minicpm resume {path}`, or give another --name");
        }
    }

    /// <summary>Makes the folder of a new run; refuses one that is there already.</summary>
    public static RunFolder Create(string path, RunOptions options) => Create(path, _ => options);

    /// <summary>Makes the folder of a new run; refuses one that is there already.</summary>
    /// <param name="path">Where.</param>
    /// <param name="fill">
    /// Puts into a folder under another name what the run needs besides its configuration, and says what that is.
    /// </param>
    public static RunFolder Create(string path, Func<string, RunOptions> fill)
    {
        var problems = new ProblemCollector();
        RequireFree(problems, path);
        problems.ThrowIfAny();
        // Configuration first, under another name: a folder that can be seen is a run that can be resumed.
        var partial = path + CheckpointFolder.PartialSuffix;
        if (Directory.Exists(partial))
            Directory.Delete(partial, recursive: true);
        Directory.CreateDirectory(partial);
        try
        {
            File.WriteAllText(System.IO.Path.Combine(partial, "run.yaml"), RunFile.Write(fill(partial)));
        }
        catch
        {
            Directory.Delete(partial, recursive: true);
            throw;
        }
        Directory.Move(partial, path);
        return new RunFolder(path);
    }

    /// <summary>Opens an existing run and reads its configuration.</summary>
    public static (RunFolder Folder, RunOptions Options) Open(string path)
    {
        var folder = new RunFolder(path);
        if (!File.Exists(folder.ConfigurationPath))
        {
            var found = Directory.Exists(path) ? "a folder without run.yaml"
                : File.Exists(path) ? "a file"
                : "nothing there";
            throw new ConfigurationException([new Problem(
                path, "a run folder (with run.yaml in it)", found, "name a folder under runs/")]);
        }
        return (folder, RunFile.Parse(InputFile.ReadText(folder.ConfigurationPath), folder.ConfigurationPath));
    }
}
