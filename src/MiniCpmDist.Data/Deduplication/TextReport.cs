namespace MiniCpmDist.Data.Deduplication;

/// <summary>A text of a cluster.</summary>
/// <param name="File">Where it stands.</param>
/// <param name="Line">In which line of that file it begins.</param>
/// <param name="Text">How it begins.</param>
/// <param name="Similarity">To the text that is kept; null for that text, and where others between both connect
/// them.</param>
public sealed record TextReport(string File, long Line, string Text, double? Similarity);
