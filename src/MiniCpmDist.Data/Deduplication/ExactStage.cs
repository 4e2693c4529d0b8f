namespace MiniCpmDist.Data.Deduplication;

/// <summary>Finds equal texts among those whose hashes fall into one partition; the first in the corpus is
/// kept.</summary>
internal sealed class ExactStage(DedupJob job)
{
    public const string Name = "exact";
    public const string Copies = "copies";

    public object Run(int partition)
    {
        using var copies = job.Runs<CopyRecord>(Name, partition, Copies);
        foreach (var lot in job.Lots<ExactRecord>(ReadStage.Name, ReadStage.Exact, job.Units.Count, partition))
        {
            ExactRecord? kept = null;
            foreach (var record in lot)
            {
                if (kept is { } first && first.Key == record.Key && first.HashLow == record.HashLow)
                    copies.Add(new CopyRecord(record.Document, first.Document, Similarity: 1));
                else
                    kept = record;
            }
        }
        copies.Finish();
        return new { };
    }
}
