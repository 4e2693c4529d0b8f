using System.Globalization;
using System.Text;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Runs.Lineage;

/// <summary>
/// Says which checkpoints of a run branches begin at. A branch leaves a pin, <c>RUN/pins/step-00000400--NAME</c>, with
/// the path to its folder. Branches that are older than pins are found where they were made, beside the run.
/// </summary>
/// <remarks>
/// A branch places its pin, looks at the checkpoint, makes its folder, and looks again. Whoever deletes takes the
/// checkpoint's name away first and looks at the pins then. So one of the two always sees the other.
/// </remarks>
internal static class BranchPins
{
    private const string Separator = "--";

    /// <summary>Says that the run in <paramref name="branchPath"/> begins, or will begin, at the checkpoint.</summary>
    /// <returns>The pin's file.</returns>
    public static string Place(RunFolder run, long step, string branchPath)
    {
        Directory.CreateDirectory(run.PinsPath);
        var way = Path.GetRelativePath(Path.GetFullPath(run.Path), Path.GetFullPath(branchPath));
        var path = Path.Combine(
            run.PinsPath, CheckpointFolder.NameOf(step) + Separator + new RunFolder(branchPath).Name);
        // Branches in different folders may have one name.
        for (var (first, number) = (path, 2); File.Exists(path) && InputFile.ReadText(path).Trim() != way; number++)
            path = first + "." + number.ToString(CultureInfo.InvariantCulture);
        SyncedFile.Write(path, Encoding.UTF8.GetBytes(way + "\n"));
        return path;
    }

    /// <summary>
    /// The branches' names by the step that they begin at. A pin whose branch is gone does not count.
    /// </summary>
    /// <exception cref="ConfigurationException">A folder beside the run could be a branch, and cannot be
    /// read.</exception>
    public static ILookup<long, string> Branches(RunFolder run)
    {
        var pinned = Pins(run).Select(pin => Path.GetFullPath(WayOf(pin), Path.GetFullPath(run.Path)));
        return pinned.Concat(Siblings(run))
            .Select(Path.TrimEndingDirectorySeparator)
            .Distinct()
            .Select(path => (Step: ParentStep(new RunFolder(path), run), Name: new RunFolder(path).Name))
            .Where(branch => branch.Step is not null)
            .ToLookup(branch => branch.Step!.Value, branch => branch.Name);
    }

    private static IEnumerable<string> Pins(RunFolder run) => Directory.Exists(run.PinsPath)
        ? Directory.EnumerateFiles(run.PinsPath)
            .Where(path => !path.EndsWith(SyncedFile.TemporarySuffix, StringComparison.Ordinal))
        : [];

    private static string WayOf(string pin)
    {
        var way = InputFile.ReadText(pin).Trim();
        return way.Length > 0 && !way.Contains('\0')
            ? way
            : throw new ConfigurationException([new Problem(
                pin, "the way to the folder of a branch", $"`{way}`",
                "write it there, or delete the pin if no branch begins at its checkpoint")]);
    }

    private static IEnumerable<string> Siblings(RunFolder run) =>
        Directory.EnumerateDirectories(
            Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(run.Path)))!);

    /// <summary>
    /// The step of <paramref name="run"/> that a branch begins at; null where the folder is no branch of it.
    /// </summary>
    private static long? ParentStep(RunFolder branch, RunFolder run)
    {
        if (!File.Exists(branch.ConfigurationPath))
            return null;
        var problems = new ProblemCollector();
        var text = InputFile.ReadText(branch.ConfigurationPath);
        if (RunFile.Read(text, branch.ConfigurationPath, problems) is { } options && !problems.Any)
        {
            return options.Parent is { } parent
                && IsSame(Path.GetFullPath(parent.Run, Path.GetFullPath(branch.Path)), run.Path)
                ? parent.Step
                : null;
        }
        // A run of another version that has no parent is no branch.
        if (text.Contains("parent:", StringComparison.Ordinal))
            problems.ThrowIfAny();
        return null;
    }

    private static bool IsSame(string path, string other) =>
        Path.TrimEndingDirectorySeparator(path) == Path.TrimEndingDirectorySeparator(Path.GetFullPath(other));
}
