namespace MiniCpmDist.Data.Deduplication;

/// <summary>Finds the places whose chosen stretches stand in several places.</summary>
internal sealed class RepeatStage(DedupJob job)
{
    public const string Name = "repeats";
    public const string Places = "places";

    public object Run(int partition)
    {
        using var places = new RunWriter<RepeatRecord>(job.File(Name, partition, Places), job.Options.SpillRecords);
        foreach (var group in KeyGroups.Of(Spill.Read<PlaceRecord>(
            job.Files(FingerprintStage.Name, FingerprintStage.Places, job.Units.Count), partition, job.LotRecords)))
        {
            foreach (var record in group)
                places.Add(new RepeatRecord(record.Document, (int)record.Place, First: 0));
        }
        places.Finish();
        return new { };
    }
}
