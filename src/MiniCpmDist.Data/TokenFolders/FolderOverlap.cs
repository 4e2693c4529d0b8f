namespace MiniCpmDist.Data.TokenFolders;

/// <summary>Measures how much of the text that data folders hold out is trained on through other folders.</summary>
public static class FolderOverlap
{
    /// <summary>Measures each pair of folders that were made with the same tokenizer.</summary>
    /// <param name="folders">Made by <c>minicpm data build</c>.</param>
    /// <param name="everything">Read all of the training text, however much it is.</param>
    public static IReadOnlyList<SourceOverlap> Measure(IReadOnlyList<string> folders, bool everything)
    {
        var distinct = folders.DistinctBy(Path.GetFullPath).ToList();
        if (distinct.Count < 2)
            return [];
        var sources = new List<(string Name, TokenDataset Train, TokenDataset HeldOut)>();
        try
        {
            foreach (var folder in distinct)
            {
                var parts = FolderParts.Count(folder);
                sources.Add((
                    folder, TokenDataset.Open(folder, "train", parts), TokenDataset.Open(folder, "held-out", parts)));
            }
            return
            [
                .. sources.GroupBy(source => source.Train.TokenizerHash).SelectMany(group =>
                    SourceOverlap.Measure(
                        [.. group], everything ? long.MaxValue : SourceOverlap.MostTrainTokens)),
            ];
        }
        finally
        {
            foreach (var source in sources)
            {
                source.Train.Dispose();
                source.HeldOut.Dispose();
            }
        }
    }
}
