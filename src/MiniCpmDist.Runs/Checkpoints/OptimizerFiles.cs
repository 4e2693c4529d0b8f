using System.Globalization;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Runs.Checkpoints;

/// <summary>How the optimizer's moments are cut into files: by size and whole tensors, never by rank.</summary>
public static class OptimizerFiles
{
    public const string FirstMoments = "exp_avg";
    public const string SecondMoments = "exp_avg_sq";

    /// <summary>Files of about <paramref name="fileBytes"/> each; a larger tensor gets a file of its own.</summary>
    public static IReadOnlyList<(string Name, IReadOnlyList<Slot> Slots)> Cut(
        IReadOnlyList<Slot> slots, string kind, long fileBytes)
    {
        var files = new List<List<Slot>> { new() };
        var bytes = 0L;
        foreach (var slot in slots)
        {
            var size = slot.Spec.Count * sizeof(float);
            if (bytes > 0 && bytes + size > fileBytes)
            {
                files.Add([]);
                bytes = 0;
            }
            files[^1].Add(slot);
            bytes += size;
        }
        return [.. files.Select((file, index) => (Name(kind, index + 1), (IReadOnlyList<Slot>)file))];
    }

    /// <summary>
    /// The files of a kind that a manifest vouches for, in order; nothing else in the folder is read.
    /// </summary>
    public static IEnumerable<string> Of(CheckpointManifest manifest, string kind) => manifest.Files
        .Select(file => file.Name)
        .Where(name => name.StartsWith(Prefix(kind), StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    private static string Name(string kind, int number) =>
        $"{Prefix(kind)}{number.ToString("D5", CultureInfo.InvariantCulture)}.safetensors";

    private static string Prefix(string kind) => $"optimizer-{kind}-";
}
