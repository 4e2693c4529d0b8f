namespace MiniCpmDist.Data.Deduplication;

/// <summary>What was removed because of evaluation sets.</summary>
/// <param name="Ngram">Words of an n-gram.</param>
/// <param name="Removed">Texts that were removed.</param>
/// <param name="Texts">Strings of the sets that were looked for.</param>
/// <param name="TooShort">Strings of the sets that have too few words to be looked for.</param>
/// <param name="Files">By file of a set, the texts that were removed because of it.</param>
public sealed record AgainstReport(
    int Ngram, long Removed, long Texts, long TooShort, IReadOnlyDictionary<string, long> Files);
