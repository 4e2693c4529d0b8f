namespace MiniCpmDist.Data.Deduplication;

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
