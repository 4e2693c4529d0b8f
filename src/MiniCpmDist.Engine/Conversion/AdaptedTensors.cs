using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Engine.Conversion;

/// <summary>
/// Finds the tensors of a PEFT folder: those of its base, to which adapters are added when they are read. A checkpoint
/// of a run that trains adapters is such a folder.
/// </summary>
internal static class AdaptedTensors
{
    /// <summary>Adapters over adapters over a model and so on, at most: a folder may name itself as its base.</summary>
    private const int DeepestBase = 16;

    private const string Fetch = "fetch the whole folder again, or train the adapters again";

    public static bool IsAt(string folder) => File.Exists(Path.Combine(folder, AdapterConfig.FileName));

    /// <summary>The folder of the model that adapters belong to.</summary>
    /// <exception cref="ConfigurationException">The configuration is broken.</exception>
    public static string BaseOf(string folder)
    {
        var path = Path.Combine(folder, AdapterConfig.FileName);
        return Path.GetFullPath(AdapterConfig.Read(InputFile.ReadText(path), path).Base, Path.GetFullPath(folder));
    }

    /// <returns>Tensors by name; what cannot be read is a problem and left out.</returns>
    public static Dictionary<string, StoredTensor> Find(string folder, ProblemCollector problems, int depth)
    {
        var path = Path.Combine(folder, AdapterConfig.FileName);
        if (problems.Try(() => AdapterConfig.Read(InputFile.ReadText(path), path)) is not { } config)
            return [];
        var below = Path.GetFullPath(config.Base, Path.GetFullPath(folder));
        if (!problems.Require(
                Directory.Exists(below) && depth < DeepestBase, path, "the folder of the adapters' base",
                depth < DeepestBase ? $"{below}, which is not there" : "bases of bases without an end",
                "put the base there, or write its path into base_model_name_or_path"))
            return [];
        RequireSameBase(folder, problems);
        var tensors = ModelFiles.Find(below, problems, depth + 1);
        var weights = Path.Combine(folder, AdapterConfig.WeightsName);
        if (!problems.Require(
                File.Exists(weights), weights, "the adapters", "no such file",
                "save them as safetensors: model.save_pretrained(FOLDER, safe_serialization=True)"))
            return [];
        if (!problems.Any)
            Adapt(tensors, ModelFiles.Open(weights, problems), config, weights, problems);
        return tensors;
    }

    private static void Adapt(
        Dictionary<string, StoredTensor> tensors, Dictionary<string, StoredTensor> adapters, AdapterConfig config,
        string path, ProblemCollector problems)
    {
        var left = adapters.Keys.ToHashSet();
        foreach (var name in tensors.Keys.Where(name => AdapterList.IsAdapted(name, config.Lora.Matrices)).ToArray())
        {
            var (downName, upName) = AdapterList.NamesOf(name);
            var (down, up) = (Take(downName), Take(upName));
            if (down is null || up is null)
                continue;
            var shape = tensors[name].Entry.Shape;
            // No single condition: both shapes are told.
            var fits = RequireShape(down, [config.Lora.Rank, shape[^1]])
                & RequireShape(up, [shape[0], config.Lora.Rank]);
            if (fits)
            {
                tensors[name] = tensors[name] with
                {
                    Adapters = [.. tensors[name].Adapters, new StoredAdapter(down, up, config.Lora.Scale)],
                };
            }
        }
        problems.Require(
            left.Count == 0, path, "adapters of the base's matrices that target_modules names, and no others",
            $"also {string.Join(", ", left.Order(StringComparer.Ordinal).Take(3))}", Fetch);

        StoredTensor? Take(string name)
        {
            left.Remove(AdapterConfig.Prefix + name);
            return problems.Require(
                adapters.TryGetValue(AdapterConfig.Prefix + name, out var tensor), path, AdapterConfig.Prefix + name,
                "no such tensor", Fetch)
                ? tensor
                : null;
        }

        bool RequireShape(StoredTensor tensor, long[] expected) => problems.Require(
            tensor.Entry.Shape.SequenceEqual(expected) && StoredTensor.Types.Contains(tensor.Entry.DType),
            $"{path}: {tensor.Entry.Name}",
            $"[{string.Join(", ", expected)}] of {string.Join(" or ", StoredTensor.Types)}",
            $"{tensor.Entry.DType} [{string.Join(", ", tensor.Entry.Shape)}]",
            "name the base that the adapters were trained on, or train them again");
    }

    /// <summary>Compares the base with the hashes that the adapters were saved with, where there are any.</summary>
    private static void RequireSameBase(string folder, ProblemCollector problems)
    {
        var path = Path.Combine(folder, AdapterConfig.BaseHashesName);
        if (!File.Exists(path))
            return;
        foreach (var line in InputFile.ReadText(path).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split("  ", 2);
            var file = Path.GetFullPath(parts[^1], Path.GetFullPath(folder));
            problems.Require(
                parts.Length == 2 && File.Exists(file) && SyncedFile.HashOf(file) == parts[0], file,
                $"the file that the adapters were trained on, as {path} says",
                File.Exists(file) ? "another one" : "no such file", "put the base back");
        }
    }
}
