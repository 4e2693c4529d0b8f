using System.Globalization;
using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Engine.Checkpoints;

/// <summary>How the optimizer's moments are cut into files: by size and whole tensors, never by rank.</summary>
internal static class OptimizerFiles
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

    /// <summary>The optimizer files of a kind in a checkpoint, in order.</summary>
    public static IEnumerable<string> List(string folder, string kind) =>
        Directory.EnumerateFiles(folder, $"optimizer-{kind}-*.safetensors").Order(StringComparer.Ordinal);

    private static string Name(string kind, int number) =>
        $"optimizer-{kind}-{number.ToString("D5", CultureInfo.InvariantCulture)}.safetensors";
}
