using MiniCpmDist.Data.Files;
using MiniCpmDist.Runs.Checkpoints;

namespace MiniCpmDist.Engine.Quantization;

/// <summary>The files of a quantization that is under way. All ranks see the same folder.</summary>
/// <param name="folder">FOLDER.partial.</param>
/// <param name="layers">Of the model.</param>
internal sealed class QuantizationFiles(string folder, int layers)
{
    /// <summary>What is quantized and how: another plan begins anew.</summary>
    public string Plan => In("plan.json");

    /// <summary>A file of weights: 0 has what belongs to no layer, and then each layer has one.</summary>
    public string Shard(int shard) => In(ShardName(shard));

    /// <summary>Its name, which stays.</summary>
    public string ShardName(int shard) => $"model-{shard + 1:D5}-of-{layers + 1:D5}.safetensors";

    /// <summary>Hidden states before a layer.</summary>
    public string States(int layer) => In($"states-{layer:D5}.bin");

    /// <summary>What the matrices of a layer have lost.</summary>
    public string Report(int layer) => In($"errors-{layer:D5}.json");

    /// <summary>Writes a file, which gets its name when it is on the disk.</summary>
    public static void Publish(string path, Action<Stream> write)
    {
        var temporary = SyncedFile.Temporary(path);
        DurableFile.Write(Path.GetDirectoryName(path)!, Path.GetFileName(temporary), write);
        SyncedFile.Publish(temporary, path);
    }

    private string In(string name) => Path.Combine(folder, name);
}
