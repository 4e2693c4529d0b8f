using System.Text.Json;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Runs.Checkpoints;

/// <summary>
/// Compares two checkpoints: their files by the hashes of their manifests, which are verified first, their states key
/// by key, and the tensors of files that differ element by element.
/// </summary>
public static class CheckpointComparison
{
    private const string TensorSuffix = ".safetensors";

    /// <exception cref="ConfigurationException">A manifest cannot be read, or a file is
    /// damaged.</exception>
    public static CheckpointDifference Compare(CheckpointFolder first, CheckpointFolder second)
    {
        // Hashes count only where the files have them.
        var problems = new ProblemCollector();
        var (firstFiles, secondFiles) = (problems.Try(() => Files(first))!, problems.Try(() => Files(second))!);
        problems.ThrowIfAny();
        var different = firstFiles.Keys.Union(secondFiles.Keys)
            .Where(name => firstFiles.GetValueOrDefault(name) != secondFiles.GetValueOrDefault(name))
            .Order(StringComparer.Ordinal)
            .ToArray();
        var tensorFiles = different.Where(name => name.EndsWith(TensorSuffix, StringComparison.Ordinal)).ToHashSet();
        return new CheckpointDifference(
            different,
            different.Contains(CheckpointState.FileName) ? States(first, second) : [],
            tensorFiles.Count == 0
                ? []
                : Tensors(
                    Places(first, firstFiles.Keys.Where(tensorFiles.Contains)),
                    Places(second, secondFiles.Keys.Where(tensorFiles.Contains))));
    }

    private static Dictionary<string, ManifestFile> Files(CheckpointFolder checkpoint) =>
        CheckpointReader.Verify(checkpoint).Files.ToDictionary(file => file.Name);

    private static List<(string Key, string First, string Second)> States(
        CheckpointFolder first, CheckpointFolder second)
    {
        var (before, after) = (State(first), State(second));
        return
        [
            .. before.Keys.Union(after.Keys)
                .Select(key => (key, before.GetValueOrDefault(key, ""), after.GetValueOrDefault(key, "")))
                .Where(entry => entry.Item2 != entry.Item3),
        ];
    }

    /// <summary>The leaves of the state by their paths. Their meaning does not matter here.</summary>
    private static Dictionary<string, string> State(CheckpointFolder checkpoint)
    {
        var leaves = new Dictionary<string, string>();
        // The file is read as a state first, so that what is wrong with it is reported with its name.
        CheckpointReader.LoadState(checkpoint);
        var path = Path.Combine(checkpoint.Path, CheckpointState.FileName);
        using var json = JsonDocument.Parse(InputFile.ReadText(path));
        try
        {
            Gather("", json.RootElement);
            return leaves;
        }
        catch (InvalidOperationException exception)
        {
            throw new ConfigurationException([new Problem(
                path, "the state of a checkpoint", exception.Message.TrimEnd('.'), "copy this checkpoint again")]);
        }

        void Gather(string path, JsonElement element)
        {
            var prefix = path.Length == 0 ? "" : path + ".";
            if (element.ValueKind == JsonValueKind.Object)
            {
                foreach (var member in element.EnumerateObject())
                    Gather(prefix + member.Name, member.Value);
            }
            else if (element.ValueKind == JsonValueKind.Array)
            {
                foreach (var (index, item) in element.EnumerateArray().Index())
                    Gather($"{prefix}{index}", item);
            }
            else
            {
                leaves[path] = element.ToString();
            }
        }
    }

    private static Dictionary<string, TensorPlace> Places(
        CheckpointFolder checkpoint, IEnumerable<string> names) => names
        .SelectMany(name => TensorPlace.AllOf(Path.Combine(checkpoint.Path, name)))
        .ToDictionary(place => place.Entry.Name);

    private static List<TensorDifference> Tensors(
        Dictionary<string, TensorPlace> first, Dictionary<string, TensorPlace> second)
    {
        var differences = new List<TensorDifference>();
        foreach (var name in first.Keys.Union(second.Keys).Order(StringComparer.Ordinal))
        {
            var (before, after) = (first.GetValueOrDefault(name), second.GetValueOrDefault(name));
            if (before is null || after is null)
                differences.Add(new TensorDifference(
                    name, null, null, before is null ? "only in the second" : "only in the first"));
            else if (before.ShapeText != after.ShapeText)
                differences.Add(new TensorDifference(name, null, null, $"{before.ShapeText} and {after.ShapeText}"));
            else if (before.Compare(after) is { } difference)
                differences.Add(difference);
        }
        return differences;
    }
}
