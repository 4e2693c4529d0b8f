namespace MiniCpmDist.Data.Deduplication;

/// <summary>Finds the long stretches that stand in several places, and which of the places is the first one, in the
/// order of keeping.</summary>
internal sealed class StretchStage(DedupJob job, DocumentTable table)
{
    public const string Name = "stretches";
    public const string Places = "places";

    public object Run(int partition)
    {
        using var places = new RunWriter<RepeatRecord>(job.File(Name, partition, Places), job.Options.SpillRecords);
        foreach (var group in KeyGroups.Of(Spill.Read<PlaceRecord>(
            job.Files(WindowStage.Name, WindowStage.Windows, job.Units.Count), partition, job.LotRecords)))
        {
            var first = group.MinBy(record => (table[record.Document].Order(record.Document), record.Place));
            foreach (var record in group)
                places.Add(new RepeatRecord(record.Document, (int)record.Place, record == first ? 1 : 0));
        }
        places.Finish();
        return new { };
    }
}
