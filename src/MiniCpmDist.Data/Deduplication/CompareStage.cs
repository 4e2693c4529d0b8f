using MiniCpmDist.Core.Deduplication;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>Compares the shingles of each pair: buckets say which texts may be nearly equal, and shingles which
/// are.</summary>
internal sealed class CompareStage(DedupJob job, ShingleStore shingles)
{
    public const string Name = "compare";
    public const string Similar = "similar";

    public object Run(int partition)
    {
        using var similar = job.Runs<SimilarPair>(Name, partition, Similar);
        var (compared, found) = (0L, 0L);
        uint[] left = [], right = [];
        foreach (var lot in job.Lots<PairRecord>(PairStage.Name, PairStage.Pairs, job.Partitions, partition))
        {
            PairRecord? last = null;
            foreach (var pair in lot)
            {
                if (pair == last)
                    continue;
                var first = pair.First == last?.First ? left.AsSpan(0, shingles.Count(pair.First))
                    : shingles.Read(pair.First, ref left);
                last = pair;
                compared++;
                var second = shingles.Read(pair.Second, ref right);
                var similarity = ShingleSet.Jaccard(first, second);
                if (similarity < job.Options.Threshold)
                    continue;
                found++;
                similar.Add(new SimilarPair(pair.First, pair.Second, similarity));
            }
        }
        similar.Finish();
        return new CompareSummary(compared, found);
    }
}

/// <summary>What comparing tells of a partition.</summary>
/// <param name="Compared">Different pairs of documents that were in one bucket.</param>
/// <param name="Similar">Those of them that are nearly equal.</param>
internal sealed record CompareSummary(long Compared, long Similar);
