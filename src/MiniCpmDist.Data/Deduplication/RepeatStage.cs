namespace MiniCpmDist.Data.Deduplication;

/// <summary>Finds the places whose chosen stretches stand in several places.</summary>
internal sealed class RepeatStage(DedupJob job)
{
    public const string Name = "repeats";
    public const string Places = "places";

    public object Run(int partition)
    {
        using var places = job.Runs<RepeatRecord>(Name, partition, Places);
        foreach (var group in KeyGroups.Of(
            job.Lots<PlaceRecord>(FingerprintStage.Name, FingerprintStage.Places, job.Units.Count, partition)))
        {
            foreach (var record in group)
                places.Add(new RepeatRecord(record.Document, (int)record.Place, First: 0));
        }
        places.Finish();
        return new { };
    }
}
