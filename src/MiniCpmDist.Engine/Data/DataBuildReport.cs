namespace MiniCpmDist.Engine.Data;

/// <summary>What a build made.</summary>
/// <param name="Folder">The data folder.</param>
/// <param name="Manifest">Its manifest.</param>
public sealed record DataBuildReport(string Folder, DataManifest Manifest);
