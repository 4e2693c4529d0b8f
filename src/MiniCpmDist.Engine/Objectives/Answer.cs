using MiniCpmDist.Data.TokenFolders;

namespace MiniCpmDist.Engine.Objectives;

/// <summary>The scored stretch of a document in a micro-batch.</summary>
/// <param name="Row">The sequence that it is in.</param>
/// <param name="Start">Its first position, counted over all rows.</param>
/// <param name="Length">Positions up to the last one that is scored.</param>
/// <param name="Tokens">Scored positions.</param>
internal readonly record struct Answer(int Row, int Start, int Length, int Tokens)
{
    /// <summary>The ids before this answer, with those of the stem that it follows.</summary>
    public int[] Prompt(MicroBatch batch)
    {
        var (at, stem) = (0, 0);
        for (var i = 0; ; at += batch.SegmentLengths[i++])
        {
            if (batch.SegmentLengths.Branches[i] == 0)
                stem = at;
            if (Start >= at + batch.SegmentLengths[i])
                continue;
            return
            [
                .. batch.Ids.AsSpan(stem, batch.SegmentLengths.StemLength(i)).ToArray().Select(id => (int)id),
                .. batch.Ids[at..(Start + 1)].Select(id => (int)id),
            ];
        }
    }

    /// <summary>The answers of a micro-batch, in order; documents without a scored position have none.</summary>
    public static IReadOnlyList<Answer> Of(MicroBatch batch)
    {
        var answers = new List<Answer>();
        var (at, length) = (0, batch.Ids.Length / batch.Rows);
        foreach (var segment in batch.SegmentLengths)
        {
            var targets = batch.Targets.AsSpan(at, segment);
            var first = targets.IndexOfAnyExcept(TokenDataset.NoLoss);
            if (first >= 0)
            {
                var last = targets.LastIndexOfAnyExcept(TokenDataset.NoLoss);
                answers.Add(new Answer(
                    at / length, at + first, last - first + 1, segment - targets.Count(TokenDataset.NoLoss)));
            }
            at += segment;
        }
        return answers;
    }
}
