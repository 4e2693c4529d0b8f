using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Deduplication;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>
/// Chooses some short stretches of each text, so that texts that share a long stretch share a chosen one
/// (<see cref="Winnowing"/>). Pairs are not cut, and have none.
/// </summary>
internal sealed class FingerprintStage(DedupJob job, DocumentSet removed)
{
    public const string Name = "fingerprints";
    public const string Places = "chosen";

    public object Run(int task)
    {
        var winnowing = new Winnowing(job.Options.Substrings);
        var words = new WordList();
        var chosen = new List<int>();
        ulong[] hashes = [];
        using var places = job.Spill<PlaceRecord>(Name, task, Places);
        UnitPass.Run(job, job.Units[task], (index, _, _, sample) =>
        {
            var document = DocumentId.Of(task, index);
            if (removed.Contains(document) || !IsCut(sample))
                return;
            words.Clear();
            words.Add(sample.Output.WrittenSpan);
            if (words.Count < winnowing.Words)
                return;
            var count = WordWindows.Count(words.Count, winnowing.Width);
            if (hashes.Length < count)
                hashes = new ulong[2 * count];
            WordWindows.Fill(words.Hashes, winnowing.Width, hashes);
            winnowing.Choose(hashes.AsSpan(0, count), chosen);
            foreach (var place in chosen)
                places.Add(new PlaceRecord(hashes[place], document, place));
        });
        places.Finish();
        return new { };
    }

    /// <summary>True for plain texts: half of a pair is nothing to learn from.</summary>
    public static bool IsCut(Sample sample) => sample.Input.WrittenCount == 0;
}
