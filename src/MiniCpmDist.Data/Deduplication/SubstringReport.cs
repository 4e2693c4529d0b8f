namespace MiniCpmDist.Data.Deduplication;

/// <summary>What was cut out of texts.</summary>
/// <param name="Words">The least words of a stretch.</param>
/// <param name="Cut">Texts that a part was cut out of.</param>
/// <param name="Emptied">Texts of which no word was left, and which are removed.</param>
/// <param name="Bytes">Bytes that were cut out.</param>
public sealed record SubstringReport(int Words, long Cut, long Emptied, long Bytes);
