namespace MiniCpmDist.Data.Deduplication;

/// <summary>What was removed from a corpus.</summary>
/// <param name="Folder">The folder with what is left.</param>
/// <param name="Documents">Texts that were read.</param>
/// <param name="Bytes">Their UTF-8 bytes.</param>
/// <param name="KeptDocuments">Texts that are left.</param>
/// <param name="KeptBytes">Their UTF-8 bytes.</param>
/// <param name="Quarantined">Lines that gave no text.</param>
/// <param name="Exact">Texts removed because an equal one is kept.</param>
/// <param name="Near">What was removed as nearly equal; null where that was not asked for.</param>
/// <param name="Substrings">What was cut out; null where that was not asked for.</param>
/// <param name="Against">What was removed because of evaluation sets; null where none was named.</param>
public sealed record DedupReport(
    string Folder, long Documents, long Bytes, long KeptDocuments, long KeptBytes, long Quarantined, long Exact,
    NearReport? Near, SubstringReport? Substrings, AgainstReport? Against);

/// <summary>What was removed as nearly equal.</summary>
/// <param name="Removed">Texts that were removed.</param>
/// <param name="Compared">Pairs that were in one bucket, and were compared.</param>
/// <param name="Similar">Those of them that are nearly equal.</param>
/// <param name="Clusters">Clusters that these pairs connect.</param>
/// <param name="Bands">Bands of a signature.</param>
/// <param name="Rows">Rows of a band.</param>
/// <param name="Largest">The largest clusters.</param>
public sealed record NearReport(
    long Removed, long Compared, long Similar, long Clusters, int Bands, int Rows,
    IReadOnlyList<ClusterReport> Largest);

/// <summary>A cluster of texts that are nearly equal.</summary>
/// <param name="Documents">How many there are.</param>
/// <param name="Kept">The text that is kept.</param>
/// <param name="Copies">Some of those that are removed.</param>
public sealed record ClusterReport(int Documents, TextReport Kept, IReadOnlyList<TextReport> Copies);

/// <summary>A text of a cluster.</summary>
/// <param name="File">Where it stands.</param>
/// <param name="Line">In which line of that file it begins.</param>
/// <param name="Text">How it begins.</param>
/// <param name="Similarity">To the text that is kept; null for that text, and where others between both connect
/// them.</param>
public sealed record TextReport(string File, long Line, string Text, double? Similarity);

/// <summary>What was cut out of texts.</summary>
/// <param name="Words">The least words of a stretch.</param>
/// <param name="Cut">Texts that a part was cut out of.</param>
/// <param name="Emptied">Texts of which no word was left, and which are removed.</param>
/// <param name="Bytes">Bytes that were cut out.</param>
public sealed record SubstringReport(int Words, long Cut, long Emptied, long Bytes);

/// <summary>What was removed because of evaluation sets.</summary>
/// <param name="Ngram">Words of an n-gram.</param>
/// <param name="Removed">Texts that were removed.</param>
/// <param name="Texts">Strings of the sets that were looked for.</param>
/// <param name="TooShort">Strings of the sets that have too few words to be looked for.</param>
/// <param name="Files">By file of a set, the texts that were removed because of it.</param>
public sealed record AgainstReport(
    int Ngram, long Removed, long Texts, long TooShort, IReadOnlyDictionary<string, long> Files);
