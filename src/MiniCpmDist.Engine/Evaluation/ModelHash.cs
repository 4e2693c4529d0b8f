using System.Security.Cryptography;
using System.Text;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Engine.Conversion;
using MiniCpmDist.Runs.Checkpoints;

namespace MiniCpmDist.Engine.Evaluation;

/// <summary>Tells models apart by their content.</summary>
internal static class ModelHash
{
    /// <summary>SHA-256 over the names and hashes of weights, dimensions and tokenizer, lower-case hex.</summary>
    /// <param name="folder">A checkpoint, whose manifest has the hashes, or a model folder, whose files are
    /// read.</param>
    public static string Of(string folder)
    {
        var manifest = Path.Combine(folder, CheckpointFolder.ManifestName);
        var files = File.Exists(manifest)
            ? CheckpointManifest.Read(InputFile.ReadText(manifest), manifest).Files
                .Select(file => (file.Name, file.Sha256))
            : Directory.EnumerateFiles(folder).Select(path => (Path.GetFileName(path), HashOf(path)));
        var lines = files
            .Where(file => file.Item1 is "tokenizer.model" or "config.json"
                || file.Item1.StartsWith("model", StringComparison.Ordinal)
                || file.Item1.StartsWith("adapter_", StringComparison.Ordinal))
            .OrderBy(file => file.Item1, StringComparer.Ordinal)
            .Select(file => $"{file.Item1} {file.Item2}\n");
        if (AdaptedTensors.IsAt(folder))
            lines = lines.Append($"base {Of(AdaptedTensors.BaseOf(folder))}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
    }

    private static string HashOf(string path)
    {
        using var file = InputFile.Open(path, bufferBytes: 1 << 20);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
