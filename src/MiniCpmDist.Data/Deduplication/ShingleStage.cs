using System.Runtime.InteropServices;
using MiniCpmDist.Core.Deduplication;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>Writes the shingles of the documents that are in a pair, so that they can be compared.</summary>
internal sealed class ShingleStage(DedupJob job, DocumentSet candidates)
{
    public const string Name = "shingles";
    public const string Shingles = "sets";
    public const string Places = "places";
    private const int BufferBytes = 1 << 16;

    public object Run(int task)
    {
        var places = new List<(int Index, int Count)>();
        using var sets = new WorkFile(job.File(Name, task, Shingles), BufferBytes);
        var text = new SampleText();
        var words = new WordList();
        var shingles = new ShingleSet(job.Options.Shingle);
        UnitPass.Run(job, job.Units[task], (place, _, _, sample) =>
        {
            if (!candidates.Contains(DocumentId.Of(task, place)))
                return;
            words.Clear();
            words.Add(text.Of(sample));
            shingles.Fill(words.Hashes);
            sets.Content.Write(MemoryMarshal.AsBytes(shingles.Distinct()));
            places.Add((place, shingles.Count));
        });
        sets.Finish();
        using var index = new WorkFile(job.File(Name, task, Places));
        index.Content.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(places)));
        index.Finish();
        return new { };
    }
}
