namespace MiniCpmDist.Data.TextCollection;

/// <summary>What a corpus is collected from.</summary>
/// <param name="Folders">Folders with files, searched with everything below them.</param>
/// <param name="OutputFolder">The folder for the shards; must not exist.</param>
public sealed record TextCollectorOptions(IReadOnlyList<string> Folders, string OutputFolder)
{
    /// <summary>The kind of files that are collected. It also decides how they are read.</summary>
    public TextKind Kind { get; init; } = TextKind.Prose;

    /// <summary>A shard is closed once it holds this much text, uncompressed.</summary>
    public long ShardBytes { get; init; } = 4 << 20;
}
