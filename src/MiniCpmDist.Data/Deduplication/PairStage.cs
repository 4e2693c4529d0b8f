using MiniCpmDist.Core.Deduplication;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>Makes pairs of the documents that are in one bucket. Equal texts have been removed before.</summary>
internal sealed class PairStage(DedupJob job, DocumentTable table, DocumentSet removed)
{
    public const string Name = "pairs";
    public const string Pairs = "pairs";

    public object Run(int partition)
    {
        using var pairs = job.Spill<PairRecord>(Name, partition, Pairs);
        var bucket = new List<long>();
        foreach (var lot in job.Lots<BandRecord>(ReadStage.Name, ReadStage.Bands, job.Units.Count, partition))
        {
            for (var start = 0; start < lot.Count;)
            {
                bucket.Clear();
                var at = start;
                for (; at < lot.Count && lot[at].Key == lot[start].Key; at++)
                {
                    if (!removed.Contains(lot[at].Document))
                        bucket.Add(lot[at].Document);
                }
                start = at;
                AddPairs(bucket, pairs);
            }
        }
        pairs.Finish();
        return new { };
    }

    private void AddPairs(List<long> bucket, SpillWriter<PairRecord> pairs)
    {
        if (Bucket.NeedsOrder(bucket.Count))
        {
            var ordered = bucket.OrderBy(document => table[document].Order(document)).ToList();
            bucket.Clear();
            bucket.AddRange(ordered);
        }
        foreach (var (first, second) in Bucket.Pairs(bucket.Count))
        {
            pairs.Add(new PairRecord(
                Math.Min(bucket[first], bucket[second]), Math.Max(bucket[first], bucket[second])));
        }
    }
}
