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
            .Select(path => (path, name: System.IO.Path.GetFileName(path)))
            .Where(entry => !entry.name.EndsWith(PartialSuffix, StringComparison.Ordinal))
            .Where(entry => File.Exists(System.IO.Path.Combine(entry.path, ManifestName)))
            .Select(entry => (entry.path, known: TryParseStep(entry.name, out var step), step))
            .Where(entry => entry.known)
            .Select(entry => new CheckpointFolder(entry.path, entry.step))
            .OrderBy(checkpoint => checkpoint.Step)];
    }

    private static bool TryParseStep(string name, out long step) =>
        long.TryParse(name.AsSpan(Prefix.Length), CultureInfo.InvariantCulture, out step);
}
