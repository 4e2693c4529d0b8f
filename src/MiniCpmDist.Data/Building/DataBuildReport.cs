using MiniCpmDist.Data.Files;
using MiniCpmDist.Data.TokenFolders;

namespace MiniCpmDist.Data.Building;

/// <summary>What a build made.</summary>
/// <param name="Folder">The data folder.</param>
/// <param name="Manifest">Its manifest.</param>
public sealed record DataBuildReport(string Folder, DataManifest Manifest)
{
    /// <summary>The number of the part that was appended; 1 for a folder that was built.</summary>
    public int Part { get; init; } = 1;

    /// <summary>Entries that have the name of a corpus file and are no regular files.</summary>
    public IReadOnlyList<PassedOverFile> PassedOver { get; init; } = [];
}
