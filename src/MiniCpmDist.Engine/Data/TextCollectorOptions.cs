namespace MiniCpmDist.Engine.Data;

/// <summary>What a corpus is collected from.</summary>
/// <param name="Folders">Folders with text files, searched with everything below them.</param>
/// <param name="OutputFolder">The folder for the shards; must not exist.</param>
public sealed record TextCollectorOptions(IReadOnlyList<string> Folders, string OutputFolder)
{
    /// <summary>A shard is closed once it holds this much text, uncompressed.</summary>
    public long ShardBytes { get; init; } = 4 << 20;
}
