using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Data.TextCollection;

/// <summary>What was collected.</summary>
/// <param name="Folder">Where the shards are.</param>
/// <param name="Files">Files that gave text.</param>
/// <param name="SkippedFiles">Text-like files that gave none: too short, copies of another, not text after all.</param>
/// <param name="SetAside">Texts by their names that could not be read: damaged, or in an unknown encoding.</param>
/// <param name="Documents">Documents written.</param>
/// <param name="TextBytes">Their text in UTF-8, uncompressed.</param>
/// <param name="Shards">Files written.</param>
public sealed record TextCollectorReport(
    string Folder, long Files, long SkippedFiles, IReadOnlyList<SetAsideFile> SetAside, long Documents,
    long TextBytes, int Shards)
{
    /// <summary>Entries that have the name of a text and are no regular files.</summary>
    public IReadOnlyList<PassedOverFile> PassedOver { get; init; } = [];
}
