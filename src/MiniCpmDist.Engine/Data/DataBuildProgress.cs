namespace MiniCpmDist.Engine.Data;

/// <summary>How far a build is.</summary>
/// <param name="Documents">Documents written so far.</param>
/// <param name="Tokens">Tokens written so far.</param>
/// <param name="BytesRead">Bytes of the corpus files read so far, as they lie on disk.</param>
/// <param name="BytesTotal">Bytes of the corpus files.</param>
public readonly record struct DataBuildProgress(long Documents, long Tokens, long BytesRead, long BytesTotal);
