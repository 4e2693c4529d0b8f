using MiniCpmDist.Core.Deduplication;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>Writes the hashes of all long stretches that hold a short one which stands in several places.</summary>
internal sealed class WindowStage(DedupJob job)
{
    public const string Name = "windows";
    public const string Windows = "windows";

    public object Run(int task)
    {
        var winnowing = new Winnowing(job.Options.Substrings);
        var repeats = RunFile.OfUnit<RepeatRecord>(
            job.Files(RepeatStage.Name, RepeatStage.Places, job.Partitions), task);
        using var windows = job.Spill<PlaceRecord>(Name, task, Windows);
        var words = new WordList();
        var next = 0;
        ulong[] hashes = [];
        UnitPass.Run(job, job.Units[task], (index, _, _, sample) =>
        {
            var document = DocumentId.Of(task, index);
            if (next == repeats.Count || repeats[next].Document != document)
                return;
            words.Clear();
            words.Add(sample.Output.WrittenSpan);
            var count = WordWindows.Count(words.Count, winnowing.Words);
            if (hashes.Length < count)
                hashes = new ulong[2 * count];
            WordWindows.Fill(words.Hashes, winnowing.Words, hashes);
            for (var from = 0; next < repeats.Count && repeats[next].Document == document; next++)
            {
                var place = repeats[next].Place;
                from = Math.Max(from, place - (winnowing.Words - winnowing.Width));
                for (; from <= place && from < count; from++)
                    windows.Add(new PlaceRecord(hashes[from], document, from));
            }
        });
        windows.Finish();
        return new { };
    }
}
