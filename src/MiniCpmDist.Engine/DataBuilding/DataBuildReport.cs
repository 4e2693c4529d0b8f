using MiniCpmDist.Engine.Data;

namespace MiniCpmDist.Engine.DataBuilding;

/// <summary>What a build made.</summary>
/// <param name="Folder">The data folder.</param>
/// <param name="Manifest">Its manifest.</param>
public sealed record DataBuildReport(string Folder, DataManifest Manifest);
