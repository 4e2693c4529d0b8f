using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Engine.Checkpoints;

/// <summary>The model whose adapters a run trains, and what its checkpoints say of it.</summary>
/// <param name="lora">The adapters.</param>
/// <param name="folder">Absolute path of the model's folder.</param>
/// <param name="files">Absolute paths of the files that decide its weights.</param>
/// <param name="isBeside">Both are parts of one tree of runs, which is moved as a whole: paths are relative.</param>
public sealed class AdapterBase(LoraOptions lora, string folder, IReadOnlyList<string> files, bool isBeside)
{
    private readonly Lazy<IReadOnlyList<(string Path, string Hash)>> _hashes =
        new(() => [.. files.Select(path => (path, SyncedFile.HashOf(path)))]);

    /// <summary>The content of <c>adapter_config.json</c> in this folder.</summary>
    internal string Configuration(string checkpoint) => new AdapterConfig(lora, From(checkpoint, folder)).Write();

    /// <summary>Hashes of the files as <c>sha256sum</c> writes them in this folder.</summary>
    internal string Hashes(string checkpoint) =>
        string.Concat(_hashes.Value.Select(file => $"{file.Hash}  {From(checkpoint, file.Path)}\n"));

    private string From(string checkpoint, string path) => isBeside ? Path.GetRelativePath(checkpoint, path) : path;
}
