using System.Globalization;

namespace MiniCpmDist.Engine.Checkpoints;

/// <summary>One committed checkpoint: <c>checkpoints/step-00000400/</c>, valid because its MANIFEST is there.</summary>
public sealed record CheckpointFolder(string Path, long Step)
{
    public const string ManifestName = "MANIFEST";
    private const string Prefix = "step-";

    /// <summary>A folder of this name is being written; nobody may read it.</summary>
    public const string PartialSuffix = ".partial";

    public string ManifestPath => System.IO.Path.Combine(Path, ManifestName);

    /// <summary>Removes what an interrupted save has left behind; only the process that trains the run may.</summary>
    public static void RemoveUnfinished(string checkpoints)
    {
        if (!Directory.Exists(checkpoints))
            return;
        foreach (var path in Directory.EnumerateDirectories(checkpoints, Prefix + "*" + PartialSuffix))
            Directory.Delete(path, recursive: true);
    }

    /// <summary>The path a step's checkpoint has or would have.</summary>
    public static CheckpointFolder At(string checkpoints, long step) =>
        new(System.IO.Path.Combine(checkpoints, Prefix + step.ToString("D8", CultureInfo.InvariantCulture)), step);

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

    /// <summary>The checkpoint in a folder whose name says its step.</summary>
    public static CheckpointFolder Open(string path) => new(
        path, StepOf(path) ?? throw new ArgumentException($"Expected a folder such as step-00000400, found {path}."));

    private static long? StepOf(string path) =>
        long.TryParse(
            System.IO.Path.GetFileName(path).AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture,
            out var step)
            ? step
            : null;
}
