using System.Globalization;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Runs.Checkpoints;

/// <summary>One committed checkpoint: <c>checkpoints/step-00000400/</c>, valid because its MANIFEST is there.</summary>
public sealed record CheckpointFolder(string Path, long Step)
{
    public const string ManifestName = "MANIFEST";
    private const string Prefix = "step-";

    /// <summary>The end of the name of a folder that is being written. Nobody may read such a folder.</summary>
    public const string PartialSuffix = ".partial";

    // Without a MANIFEST, the files are being deleted. With one, the deletion is not decided yet.
    private const string HiddenSuffix = ".deleting" + PartialSuffix;

    public string ManifestPath => System.IO.Path.Combine(Path, ManifestName);

    /// <summary>
    /// Removes what an interrupted save or deletion has left. Only the process that trains the run may call it. A
    /// checkpoint that was hidden and is whole gets its name back, because a branch may have come to begin there.
    /// </summary>
    public static void RemoveUnfinished(string checkpoints)
    {
        if (!Directory.Exists(checkpoints))
            return;
        foreach (var path in Directory.EnumerateDirectories(checkpoints, Prefix + "*" + PartialSuffix))
        {
            if (path.EndsWith(HiddenSuffix, StringComparison.Ordinal)
                && File.Exists(System.IO.Path.Combine(path, ManifestName))
                && !Directory.Exists(path[..^HiddenSuffix.Length]))
                Directory.Move(path, path[..^HiddenSuffix.Length]);
            else
                Directory.Delete(path, recursive: true);
        }
    }

    /// <summary>Hides the checkpoint from everybody, whole as it is.</summary>
    /// <returns>Where it is now.</returns>
    public string Hide()
    {
        Directory.Move(Path, Path + HiddenSuffix);
        FolderSync.Flush(System.IO.Path.GetDirectoryName(Path)!);
        return Path + HiddenSuffix;
    }

    /// <summary>Gives a hidden checkpoint its name back.</summary>
    public void Unhide()
    {
        Directory.Move(Path + HiddenSuffix, Path);
        FolderSync.Flush(System.IO.Path.GetDirectoryName(Path)!);
    }

    /// <summary>
    /// Deletes a hidden checkpoint. Its manifest goes first, because a half-deleted checkpoint is no checkpoint.
    /// </summary>
    public static void Discard(string hidden)
    {
        File.Delete(System.IO.Path.Combine(hidden, ManifestName));
        FolderSync.Flush(hidden);
        Directory.Delete(hidden, recursive: true);
    }

    /// <summary>The path a step's checkpoint has or would have.</summary>
    public static CheckpointFolder At(string checkpoints, long step) =>
        new(System.IO.Path.Combine(checkpoints, NameOf(step)), step);

    /// <summary>The name of the folder of a step's checkpoint.</summary>
    public static string NameOf(long step) => Prefix + step.ToString("D8", CultureInfo.InvariantCulture);

    /// <summary>
    /// The committed checkpoints below <paramref name="checkpoints"/>, oldest first; unfinished ones are invisible.
    /// </summary>
    public static IReadOnlyList<CheckpointFolder> List(string checkpoints)
    {
        if (!Directory.Exists(checkpoints))
            return [];
        return [.. Directory.EnumerateDirectories(checkpoints, Prefix + "*")
            .Where(path => StepOf(path) is not null && File.Exists(System.IO.Path.Combine(path, ManifestName)))
            .Select(Open)
            .OrderBy(checkpoint => checkpoint.Step)];
    }

    /// <summary>The checkpoint in a folder whose name has its step.</summary>
    public static CheckpointFolder Open(string path) =>
        TryOpen(path) ?? throw new ArgumentException($"Expected a folder such as step-00000400, found {path}.");

    /// <summary>The checkpoint in a folder; null where the folder's name has no step.</summary>
    public static CheckpointFolder? TryOpen(string path) => StepOf(path) is { } step ? new(path, step) : null;

    private static long? StepOf(string path)
    {
        var name = System.IO.Path.GetFileName(path);
        return name.StartsWith(Prefix, StringComparison.Ordinal) && long.TryParse(
            name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var step)
            ? step
            : null;
    }
}
