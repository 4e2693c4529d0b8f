using MiniCpmDist.Core.Deduplication;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>Connects the pairs to clusters, and keeps one document of each.</summary>
internal sealed class ClusterStage(DedupJob job, DocumentTable table)
{
    public const string Name = "clusters";
    public const string Copies = "copies";
    private const int ShownClusters = 10;
    private const int ShownCopies = 3;

    public object Run()
    {
        var pairs = job.Files(CompareStage.Name, CompareStage.Similar, job.Partitions);
        var connected = new DuplicateClusters();
        foreach (var pair in pairs.SelectMany(RunFile.All<SimilarPair>))
            connected.Connect(pair.Document, pair.Other);
        var clusters = connected.Clusters();
        var kept = new Dictionary<long, long>();
        foreach (var cluster in clusters)
        {
            var first = cluster.MinBy(document => table[document].Order(document));
            foreach (var document in cluster)
                kept.Add(document, first);
        }
        var similarity = Similarities(pairs, kept);
        using var copies = job.Runs<CopyRecord>(Name, 0, Copies);
        foreach (var (document, first) in kept.Where(pair => pair.Key != pair.Value))
        {
            copies.Add(new CopyRecord(
                document, first, similarity.TryGetValue(document, out var known) ? known : double.NaN));
        }
        copies.Finish();
        return new ClusterSummary(
            clusters.Count, kept.Count - clusters.Count,
            [.. clusters.OrderByDescending(cluster => cluster.Length)
                .ThenBy(cluster => table[kept[cluster[0]]].Order(0)).Take(ShownClusters)
                .Select(cluster => Show(cluster, kept[cluster[0]]))]);
    }

    private ShownCluster Show(long[] cluster, long kept) => new(
        cluster.Length, kept,
        [.. cluster.Where(document => document != kept)
            .OrderBy(document => table[document].Order(document)).Take(ShownCopies)]);

    // How near each document is to the one that is kept, where the two were compared.
    private static Dictionary<long, double> Similarities(IReadOnlyList<string> pairs, Dictionary<long, long> kept)
    {
        var similarity = new Dictionary<long, double>();
        foreach (var pair in pairs.SelectMany(RunFile.All<SimilarPair>))
        {
            if (kept[pair.Document] == pair.Other)
                similarity[pair.Document] = pair.Similarity;
            if (kept[pair.Other] == pair.Document)
                similarity[pair.Other] = pair.Similarity;
        }
        return similarity;
    }
}

/// <summary>What clustering tells.</summary>
/// <param name="Clusters">Clusters of two documents or more.</param>
/// <param name="Copies">Documents of them that are not kept.</param>
/// <param name="Shown">The largest clusters.</param>
internal sealed record ClusterSummary(int Clusters, int Copies, IReadOnlyList<ShownCluster> Shown);

/// <summary>A cluster that the report shows.</summary>
/// <param name="Documents">How many documents it has.</param>
/// <param name="Kept">The one that is kept.</param>
/// <param name="Copies">Some of the others.</param>
internal sealed record ShownCluster(int Documents, long Kept, IReadOnlyList<long> Copies);
