namespace MiniCpmDist.Data.TokenFolders;

/// <summary>What lies beyond a window.</summary>
/// <param name="Window">Its tokens.</param>
/// <param name="Tokens">Positions with so many tokens of their own document, or more, before them.</param>
public sealed record WindowReach(int Window, long Tokens);
