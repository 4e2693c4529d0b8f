namespace MiniCpmDist.Data.Deduplication;

/// <summary>What was removed from a corpus.</summary>
/// <param name="Folder">The folder with what is left.</param>
/// <param name="Documents">Texts that were read.</param>
/// <param name="Bytes">Their UTF-8 bytes.</param>
/// <param name="KeptDocuments">Texts that are left.</param>
/// <param name="KeptBytes">Their UTF-8 bytes.</param>
/// <param name="Quarantined">Lines that gave no text.</param>
/// <param name="Exact">Texts removed because an equal one is kept; null where that was not asked for.</param>
/// <param name="Near">What was removed as nearly equal; null where that was not asked for.</param>
/// <param name="Substrings">What was cut out; null where that was not asked for.</param>
/// <param name="Against">What was removed because of evaluation sets; null where none was named.</param>
public sealed record DedupReport(
    string Folder, long Documents, long Bytes, long KeptDocuments, long KeptBytes, long Quarantined, long? Exact,
    NearReport? Near, SubstringReport? Substrings, AgainstReport? Against);
