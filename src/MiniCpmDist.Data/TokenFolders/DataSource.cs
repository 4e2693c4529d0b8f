namespace MiniCpmDist.Data.TokenFolders;

/// <summary>A corpus file that a data folder was made of.</summary>
/// <param name="File">Name without folders.</param>
/// <param name="Bytes">Size on disk.</param>
/// <param name="Sha256">Of the file; lower-case hex.</param>
public sealed record DataSource(string File, long Bytes, string Sha256);
