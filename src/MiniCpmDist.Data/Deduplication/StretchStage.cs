namespace MiniCpmDist.Data.Deduplication;

/// <summary>Finds the long stretches that stand in several places, and which of the places is the first one, in the
/// order of keeping.</summary>
internal sealed class StretchStage(DedupJob job, DocumentTable table)
{
    public const string Name = "stretches";
    public const string Places = "places";

    public object Run(int partition)
    {
        using var places = job.Runs<RepeatRecord>(Name, partition, Places);
        foreach (var group in KeyGroups.Of(
            job.Lots<PlaceRecord>(WindowStage.Name, WindowStage.Windows, job.Units.Count, partition)))
        {
            var first = group.MinBy(record => (table[record.Document].Order(record.Document), record.Place));
            foreach (var record in group)
                places.Add(new RepeatRecord(record.Document, (int)record.Place, record == first ? 1 : 0));
        }
        places.Finish();
        return new { };
    }
}
