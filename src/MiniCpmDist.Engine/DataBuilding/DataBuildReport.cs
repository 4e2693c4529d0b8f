using MiniCpmDist.Engine.Data;
using MiniCpmDist.Engine.Files;

namespace MiniCpmDist.Engine.DataBuilding;

/// <summary>What a build made.</summary>
/// <param name="Folder">The data folder.</param>
/// <param name="Manifest">Its manifest.</param>
public sealed record DataBuildReport(string Folder, DataManifest Manifest)
{
    /// <summary>What has the name of a corpus file and is no regular file.</summary>
    public IReadOnlyList<PassedOverFile> PassedOver { get; init; } = [];
}
