namespace MiniCpmDist.Engine.Data;

/// <summary>One token file of a data folder, as its manifest describes it.</summary>
/// <param name="File">Name within the folder.</param>
/// <param name="Documents">Documents in it.</param>
/// <param name="Tokens">Tokens in it, begins and ends included.</param>
/// <param name="Sha256">Of the ids, without the header; lower-case hex.</param>
public sealed record DataSplit(string File, long Documents, long Tokens, string Sha256);
