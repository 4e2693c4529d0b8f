namespace MiniCpmDist.Data.Deduplication;

/// <summary>What writing tells of a unit.</summary>
/// <param name="Documents">Texts that are left.</param>
/// <param name="Bytes">Their UTF-8 bytes.</param>
/// <param name="Exact">Texts removed as equal.</param>
/// <param name="Near">Texts removed as nearly equal.</param>
/// <param name="Cut">Texts that stretches were cut out of.</param>
/// <param name="Emptied">Texts of which nothing was left by that.</param>
/// <param name="CutBytes">Bytes that were cut out.</param>
/// <param name="Against">By file of an evaluation set, the texts removed because of it.</param>
/// <param name="Samples">Texts that the report shows.</param>
internal sealed record WriteSummary(
    long Documents, long Bytes, long Exact, long Near, long Cut, long Emptied, long CutBytes,
    IReadOnlyDictionary<string, long> Against, IReadOnlyList<ShownText> Samples);

/// <summary>The beginning of a document.</summary>
/// <param name="Document">Its number.</param>
/// <param name="Text">How it begins.</param>
/// <param name="Similarity">To the one that is kept in its place; null for none, and where others connect
/// both.</param>
internal sealed record ShownText(long Document, string Text, double? Similarity);
