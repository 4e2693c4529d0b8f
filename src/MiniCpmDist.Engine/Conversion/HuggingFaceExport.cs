using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Formats.Gguf;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Runs.Checkpoints;

namespace MiniCpmDist.Engine.Conversion;

/// <summary>
/// Writes a model as a folder that transformers loads: configuration, tokenizer, weights in files of a size, and a
/// model card with the run's history.
/// </summary>
/// <param name="source">The model.</param>
/// <param name="type">How the weights are stored: float32, float16 or bfloat16.</param>
/// <param name="fileBytes">Most bytes of a file of weights; a larger tensor has one of its own.</param>
public sealed class HuggingFaceExport(ExportSource source, GgufType type, long fileBytes)
{
    /// <summary>The words of <c>--dtype</c>, as <c>config.json</c> spells them.</summary>
    public static IReadOnlyDictionary<string, GgufType> Words { get; } = new Dictionary<string, GgufType>
    {
        ["float32"] = GgufType.F32,
        ["bfloat16"] = GgufType.BF16,
        ["float16"] = GgufType.F16,
    };

    private readonly string _word = Words.First(entry => entry.Value == type).Key;

    /// <summary>Bytes of all weights.</summary>
    public long Bytes => source.Shape.Parameters * type.BlockBytes();

    /// <summary>Writes the folder, which gets its name when it is whole; nothing is left where that fails.</summary>
    /// <param name="folder">Must not exist.</param>
    /// <param name="progress">Is told how many bytes of weights are written.</param>
    /// <returns>The number of files of weights.</returns>
    /// <exception cref="ConfigurationException">A number is too large for the type, or the place cannot be
    /// written.</exception>
    public int Write(string folder, Action<long>? progress = null)
    {
        try
        {
            return WriteFolder(folder, progress);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([new Problem(
                folder, $"a place that can be written and has room for {Bytes} bytes", exception.Message.TrimEnd('.'),
                "make room, or choose another --out")]);
        }
    }

    private int WriteFolder(string folder, Action<long>? progress)
    {
        using var partial = PartialFolder.Create(folder);
        FolderCompanions.Write(
            partial.Path, source,
            HuggingFaceConfig.Write(source.Written, source.Longest, _word, SpecialPieces.Read(source.Tokenizer)),
            FolderCompanions.Card(source, _word));
        var files = Cut();
        var done = 0L;
        foreach (var (name, specs) in files)
            DurableFile.Write(partial.Path, name, stream => PlainTensors.Write(stream, source, specs, type, Tell));
        if (files.Count > 1)
        {
            FolderCompanions.WriteIndex(
                partial.Path, Bytes,
                files.SelectMany(file => file.Specs.Select(
                    spec => (PublishedNames.Of(source.Shape, spec), file.Name))));
        }
        partial.Commit();
        return files.Count;

        void Tell(int bytes) => progress?.Invoke(done += bytes);
    }

    private List<(string Name, List<ParameterSpec> Specs)> Cut()
    {
        var groups = new List<List<ParameterSpec>> { new() };
        var bytes = 0L;
        foreach (var spec in source.Shape.ParameterSpecs)
        {
            var size = type.Bytes(spec.Count);
            if (bytes > 0 && bytes + size > fileBytes)
            {
                groups.Add([]);
                bytes = 0;
            }
            groups[^1].Add(spec);
            bytes += size;
        }
        return groups.Count == 1
            ? [("model.safetensors", groups[0])]
            : [.. groups.Select((group, i) => ($"model-{i + 1:D5}-of-{groups.Count:D5}.safetensors", group))];
    }
}
