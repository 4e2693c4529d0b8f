namespace MiniCpmDist.Data.TextCollection;

/// <summary>A file that is a text by its name and could not be read as one.</summary>
/// <param name="Path">Below the folder that the user named.</param>
/// <param name="Reason">Why, in one clause.</param>
public sealed record SetAsideFile(string Path, string Reason);
