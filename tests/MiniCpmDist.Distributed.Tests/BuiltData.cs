using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace MiniCpmDist.Distributed.Tests;

/// <summary>
/// A small corpus of the repository's own prose, a tokenizer and tokens, built once for all tests with the tool itself.
/// </summary>
public sealed class BuiltData : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("minicpm-built-").FullName;

    public BuiltData()
    {
        WriteCorpus();
        Tool.Minicpm(_folder, "tokenizer", "train", "--out", "tokenizer.model", "--pieces", "512", "corpus").Succeeded(
            );
        Tool.Minicpm(
            _folder,
            "data", "build", "--tokenizer", "tokenizer.model", "--sequence-length", "64", "--held-out", "0.2", "--out",
            "tokens", "corpus")
            .Succeeded();
    }

    /// <summary>Tests change and damage what they have, so each gets a copy.</summary>
    public void CopyTo(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(_folder, path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(path, copy);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void WriteCorpus()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "corpus"));
        using var file = File.Create(Path.Combine(_folder, "corpus", "c4-00000.json.gz"));
        using var gzip = new GZipStream(file, CompressionLevel.Fastest);
        foreach (var path in Tool.Prose)
        {
            foreach (var paragraph in File.ReadAllText(path).Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
            {
                var line = JsonSerializer.Serialize(
                    new { text = paragraph, timestamp = "2026-01-01T00:00:00Z", url = "https://example.org/" });
                gzip.Write(Encoding.UTF8.GetBytes(line + "\n"));
            }
        }
    }
}
