namespace MiniCpmDist.Runs.Lineage;

/// <summary>The result of a <see cref="BranchOrder"/>.</summary>
/// <param name="Order">As it was given.</param>
/// <param name="Step">The checkpoint.</param>
/// <param name="Tokens">Its place on the token axis.</param>
/// <param name="Folder">The branch's folder; null where it could not be made.</param>
/// <param name="Told">Where it runs, or what went wrong.</param>
public sealed record BranchResult(BranchOrder Order, long Step, long Tokens, string? Folder, string Told);
