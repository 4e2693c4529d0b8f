using System.Text.Json;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Engine.Conversion;

/// <summary>Finds the tensors of a model folder: in one safetensors file, or in those that an index names.</summary>
internal static class ModelFiles
{
    private const string Single = "model.safetensors";
    private const string Index = "model.safetensors.index.json";

    /// <returns>Tensors by name; what cannot be read is a problem and left out.</returns>
    /// <param name="folder">Of the model, or of adapters.</param>
    /// <param name="problems">Gets what is wrong.</param>
    /// <param name="depth">Adapters above this folder.</param>
    public static Dictionary<string, StoredTensor> Find(string folder, ProblemCollector problems, int depth = 0)
    {
        if (AdaptedTensors.IsAt(folder))
            return AdaptedTensors.Find(folder, problems, depth);
        var found = FindPublished(folder, problems);
        var tensors = new Dictionary<string, StoredTensor>();
        foreach (var (name, tensor) in found)
        {
            if (!tensors.TryAdd(PublishedNames.Own(name), tensor))
                problems.Add(folder, "one tensor of each name", $"{PublishedNames.Own(name)} twice", "fetch it again");
        }
        return tensors;
    }

    private static Dictionary<string, StoredTensor> FindPublished(string folder, ProblemCollector problems)
    {
        var single = Path.Combine(folder, Single);
        if (File.Exists(single))
            return Open(single, problems);
        var index = Path.Combine(folder, Index);
        if (!File.Exists(index))
        {
            problems.Add(
                folder, $"{Single}, or {Index} and the files it names", "neither",
                "save the model as safetensors: model.save_pretrained(FOLDER, safe_serialization=True)");
            return [];
        }
        return problems.Try(() => WeightMap(index)) is { } map ? Open(folder, index, map, problems) : [];
    }

    private static Dictionary<string, StoredTensor> Open(
        string folder, string index, Dictionary<string, string> map, ProblemCollector problems)
    {
        var tensors = new Dictionary<string, StoredTensor>();
        foreach (var file in map.Values.Distinct().Order(StringComparer.Ordinal))
        {
            var path = Path.Combine(folder, file);
            // The index comes from elsewhere: it may not name files outside its folder.
            if (Path.GetFileName(file) != file || !File.Exists(path))
            {
                problems.Add(index, "the names of files beside it", $"`{file}`", "fetch the whole folder again");
                continue;
            }
            var shard = Open(path, problems);
            foreach (var name in map.Where(entry => entry.Value == file).Select(entry => entry.Key))
            {
                if (shard.TryGetValue(name, out var tensor))
                    tensors.Add(name, tensor);
                else
                    problems.Add(index, $"{name} in {file}", "no such tensor there", "fetch the whole folder again");
            }
        }
        return tensors;
    }

    /// <summary>The tensors of one file by name; none where it cannot be read.</summary>
    public static Dictionary<string, StoredTensor> Open(string path, ProblemCollector problems)
    {
        try
        {
            using var stream = InputFile.Open(path);
            var (entries, dataStart) = SafeTensorsHeader.Read(stream);
            var end = dataStart + (entries is [.., var last] ? last.End : 0);
            if (stream.Length < end)
                throw new FormatException($"Expected {end} bytes, found {stream.Length}: the file is cut off.");
            return entries.ToDictionary(entry => entry.Name, entry => new StoredTensor(path, dataStart, entry));
        }
        catch (FormatException exception)
        {
            problems.Add(path, "a safetensors file", $"something else ({exception.Message})", "fetch it again");
            return [];
        }
    }

    private static Dictionary<string, string> WeightMap(string index)
    {
        try
        {
            using var document = JsonDocument.Parse(InputFile.ReadText(index));
            return document.RootElement.GetProperty("weight_map").EnumerateObject()
                .ToDictionary(entry => entry.Name, entry => entry.Value.GetString() ?? "");
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException
            or InvalidOperationException or ArgumentException)
        {
            throw new ConfigurationException([new Problem(
                index, "an index with a weight_map of tensors to files", $"something else ({exception.Message})",
                "fetch it again")]);
        }
    }
}
