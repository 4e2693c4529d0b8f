using MiniCpmDist.Data.Files;
using MiniCpmDist.Data.TokenFolders;

namespace MiniCpmDist.Data.Building;

/// <summary>What a build made.</summary>
/// <param name="Folder">The data folder.</param>
/// <param name="Manifest">Its manifest.</param>
public sealed record DataBuildReport(string Folder, DataManifest Manifest)
{
    /// <summary>What has the name of a corpus file and is no regular file.</summary>
    public IReadOnlyList<PassedOverFile> PassedOver { get; init; } = [];
}
