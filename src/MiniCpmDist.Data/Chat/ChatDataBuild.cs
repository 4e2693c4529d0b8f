using System.Text;
using MiniCpmDist.Core.Chat;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Building;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Data.Tokenization;

namespace MiniCpmDist.Data.Chat;

/// <summary>
/// Turns conversations, or pairs of answers, into a data folder that a run reads like any other: whole samples, packed
/// best-fit, each isolated; one that does not fit into a sequence is dropped and counted, never cut. All samples are
/// in memory at once. The template lies in the folder, too.
/// </summary>
public static class ChatDataBuild
{
    /// <summary>Makes the folder.</summary>
    /// <param name="options">What it is made of.</param>
    /// <param name="folder">Must not exist.</param>
    /// <exception cref="ConfigurationException">Everything that is wrong with the samples; no folder is
    /// made.</exception>
    public static ChatDataReport Run(ChatDataOptions options, string folder)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var tokenizer = Tokenizer.Load(options.TokenizerPath);
        var items = ChatItems.Read(options, tokenizer);
        RequireSamples(options, items);
        using var partial = PartialFolder.Create(folder);
        DataSplit Split(string name, bool isHeldOut) => Write(
            tokenizer, partial.Path, name, [.. items.Kept.Where(item => item.IsHeldOut == isHeldOut)],
            options.SequenceLength).Split;
        var (train, heldOut) = (Split("train", isHeldOut: false), Split("held-out", isHeldOut: true));
        File.Copy(options.TokenizerPath, partial.File(DataBuild.TokenizerName));
        SyncedFile.Write(
            partial.File(ChatTemplateFile.FileName), Encoding.UTF8.GetBytes(ChatTemplateFile.Write(options.Template)));
        var manifest = new DataManifest(
            DataManifest.CurrentFormat, options.Name,
            new DataTokenizer(
                DataBuild.TokenizerName, tokenizer.Hash, tokenizer.PieceCount, tokenizer.BosId, tokenizer.EosId),
            options.SequenceLength, options.Packing, options.HeldOutFraction, train, heldOut, 0,
            [.. options.Files.Select(Source)]);
        SyncedFile.Write(partial.File(DataManifest.FileName), Encoding.UTF8.GetBytes(manifest.Write()));
        partial.Commit();
        return items.Report(train.LossTokens + heldOut.LossTokens, train.Positions + heldOut.Positions);
    }

    private static DataSource Source(string file) =>
        new(Path.GetFileName(file), new FileInfo(file).Length, SyncedFile.HashOf(file));

    /// <summary>Packs a split and writes its sequences.</summary>
    /// <param name="tokenizer">Of the ids.</param>
    /// <param name="folder">Where the files go.</param>
    /// <param name="name">Their name without the ending.</param>
    /// <param name="items">None of them longer than a sequence.</param>
    /// <param name="sequenceLength">Positions of a sequence.</param>
    /// <returns>What was written, and the items of each sequence, by index.</returns>
    internal static (DataSplit Split, IReadOnlyList<IReadOnlyList<int>> Bins) Write(
        Tokenizer tokenizer, string folder, string name, IReadOnlyList<ChatItem> items, int sequenceLength)
    {
        var bins = BestFitPacking.Pack([.. items.Select(item => item.Positions)], sequenceLength);
        using var writer = new SequenceWriter(folder, name, tokenizer.PieceCount, sequenceLength, bins.Count);
        var lengths = new List<long>();
        foreach (var bin in bins)
        {
            int[] ids = [.. bin.SelectMany(item => items[item].Ids)];
            List<SequencePart> parts = [.. bin.SelectMany(item => items[item].Parts)];
            if (ids.Length < sequenceLength)
                parts.Add(new SequencePart(sequenceLength - ids.Length, tokenizer.EosId, 0, 0));
            writer.Write([.. ids, .. Enumerable.Repeat(tokenizer.EosId, sequenceLength - ids.Length)], parts);
        }
        foreach (var length in items.SelectMany(item => item.Lengths))
            SplitWriter.Count(lengths, length);
        var (partCount, tokensHash, indexHash) = writer.Finish();
        var split = new DataSplit(
            writer.TokensFile, writer.IndexFile, items.Count, writer.Sequences, writer.Positions, writer.LossTokens,
            partCount, 0, 0, items.Sum(item => item.TextBytes), items.Sum(item => item.LossBytes), lengths,
            tokensHash, indexHash);
        return (split, bins);
    }

    private static void RequireSamples(ChatDataOptions options, ChatItems items)
    {
        var (report, problems) = (items.Report(0, 0), new ProblemCollector());
        var files = string.Join(", ", options.Files);
        problems.Require(
            items.Kept.Any(item => !item.IsHeldOut), files,
            $"a sample to train on that fits into {options.SequenceLength} tokens",
            $"{report.Samples} samples, of which {report.TooLong} are too long and "
            + $"{report.Packed} fit, all of these held out",
            report.Packed > 0 ? "give more samples, or a smaller --held-out" : "give a larger --sequence-length");
        problems.Require(
            report.Packed == 0 || report.ScoredEnds > 0, files,
            "an end of an answer that a model learns", "none: such a model never stops",
            "take a template with `end_piece: every`, or with text in `answer_end`");
        problems.ThrowIfAny();
    }
}
