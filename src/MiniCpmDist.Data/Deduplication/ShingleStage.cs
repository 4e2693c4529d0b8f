using System.Runtime.InteropServices;
using MiniCpmDist.Core.Deduplication;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>Writes the shingles of the documents that are in a pair, so that they can be compared.</summary>
internal sealed class ShingleStage(DedupJob job, DocumentSet candidates)
{
    public const string Name = "shingles";
    public const string Shingles = "sets";
    public const string Places = "places";

    public object Run(int task)
    {
        var path = job.File(Name, task, Shingles);
        var temporary = SyncedFile.Temporary(path);
        var places = new List<(int Index, int Count)>();
        using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
        {
            var text = new SampleText();
            var words = new WordList();
            var shingles = new ShingleSet(job.Options.Shingle);
            UnitPass.Run(job, job.Units[task], (index, _, _, sample) =>
            {
                if (!candidates.Contains(DocumentId.Of(task, index)))
                    return;
                words.Clear();
                words.Add(text.Of(sample));
                shingles.Fill(words.Hashes);
                file.Write(MemoryMarshal.AsBytes(shingles.Distinct()));
                places.Add((index, shingles.Count));
            });
            file.Flush(flushToDisk: true);
        }
        SyncedFile.Publish(temporary, path);
        SyncedFile.Write(
            job.File(Name, task, Places), MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(places)));
        return new { };
    }
}
