using System.Globalization;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Training;

namespace MiniCpmDist.Cli.Display;

/// <summary>What a data folder holds, for people.</summary>
internal static class DataFolderText
{
    private const int BarWidth = 40;

    /// <summary>The counts in one line.</summary>
    public static string Summary(DataManifest manifest) =>
        $"{ProgressText.Tokens(manifest.Train.Positions)} tokens of {manifest.Train.Documents} documents "
        + $"in {manifest.Train.Sequences} sequences of {manifest.SequenceLength} to train on, "
        + $"{ProgressText.Tokens(manifest.HeldOut.Positions)} of {manifest.HeldOut.Documents} held out, "
        + $"{manifest.Tokenizer.Pieces} pieces, {manifest.QuarantinedLines} line(s) quarantined{LeftOut(manifest)}";

    /// <summary>Everything an inspection has found, a fact a line.</summary>
    /// <param name="report">What was found.</param>
    /// <param name="plan">What a run is to read of it; null where no run is asked about.</param>
    public static IEnumerable<string> Lines(DataFolderReport report, SourcePlan? plan)
    {
        var manifest = report.Manifest;
        yield return $"{report.Folder}: source {manifest.Name}, {Packing(manifest)} in sequences of "
            + $"{manifest.SequenceLength} tokens, "
            + $"tokenizer of {manifest.Tokenizer.Pieces} pieces ({manifest.Tokenizer.Sha256[..12]})";
        foreach (var (name, split) in Splits(manifest))
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"  {name,-9} {split.Documents} documents, {split.Positions} tokens in {split.Sequences} sequences, "
                + $"{split.BytesPerToken():F2} bytes per token");
            yield return string.Create(CultureInfo.InvariantCulture,
                $"            packing keeps {split.KeptShare() * 100:F2} % of the tokens, "
                + $"{PartsPerSequence(split):F1} parts per sequence, "
                + $"loss on {LossShare(split) * 100:F2} % of the tokens");
        }
        var corpusBytes = manifest.Corpus.Sum(file => file.Bytes);
        yield return $"  corpus    {manifest.Corpus.Count} file(s), {SizeText.Of(corpusBytes)}, "
            + $"{manifest.QuarantinedLines} line(s) quarantined{LeftOut(manifest)}";
        foreach (var (i, part) in report.Appended.Index())
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"  part {i + 2,-4} {part.Train.Documents} documents, {part.Train.Positions} tokens in "
                + $"{part.Train.Sequences} sequences; {part.HeldOut.Documents} documents held out; "
                + $"{part.Corpus.Count} file(s), {SizeText.Of(part.Corpus.Sum(file => file.Bytes))}");
        }
        if (report.Reach.Beyond.Count > 0)
            yield return $"  reach     {Reach(report.Reach)}";
        if (plan is not null)
            yield return $"  planned   {CheckText.Text(plan, manifest.SequenceLength)}";
        yield return "  lengths of the training documents in tokens:";
        foreach (var line in Histogram(manifest.Train.DocumentLengths))
            yield return line;
        if (report.IsVerified)
            yield return "  verified: every hash and the checksum of every sequence";
        foreach (var sample in report.Samples)
        {
            yield return "";
            yield return $"sequence {sample.Index}, loss on {sample.LossTokens} of {manifest.SequenceLength} tokens:";
            yield return sample.Text;
        }
    }

    /// <summary>What an inspection has found as JSON for scripts, without the list of the corpus's files.</summary>
    public static object ForScripts(DataFolderReport report, SourcePlan? plan)
    {
        var manifest = report.Manifest;
        return new
        {
            report.Folder,
            manifest.Name,
            manifest.Format,
            manifest.Tokenizer,
            manifest.SequenceLength,
            manifest.Packing,
            Train = ForScripts(manifest.Train),
            HeldOut = ForScripts(manifest.HeldOut),
            CorpusFiles = manifest.Corpus.Count,
            CorpusBytes = manifest.Corpus.Sum(file => file.Bytes),
            manifest.QuarantinedLines,
            manifest.DocumentsLeftOut,
            Appended = report.Appended.Select((part, i) => new
            {
                Part = i + 2,
                Train = ForScripts(part.Train),
                HeldOut = ForScripts(part.HeldOut),
                CorpusFiles = part.Corpus.Count,
                CorpusBytes = part.Corpus.Sum(file => file.Bytes),
                part.QuarantinedLines,
                part.DocumentsLeftOut,
            }),
            Reach = report.Reach.Beyond.Select(reach => new
            {
                reach.Window,
                reach.Tokens,
                Share = report.Reach.Share(reach),
            }),
            Verified = report.IsVerified,
            Planned = plan is null ? null : new
            {
                Source = plan.Options.Name,
                StableShare = (double)plan.Options.StableWeight / SourceOptions.WeightUnit,
                DecayShare = (double)plan.Options.DecayWeight / SourceOptions.WeightUnit,
                Sequences = plan.PlannedSequences,
                plan.Epochs,
            },
            report.Samples,
        };
    }

    private static object ForScripts(DataSplit split) => new
    {
        split.Documents,
        split.Sequences,
        Tokens = split.Positions,
        split.LossTokens,
        split.DroppedTokens,
        split.TextBytes,
        BytesPerToken = split.BytesPerToken(),
        KeptShare = split.KeptShare(),
        PartsPerSequence = PartsPerSequence(split),
        split.DocumentLengths,
        split.TokensSha256,
        split.IndexSha256,
    };

    private static string LeftOut(DataManifest manifest) =>
        manifest.DocumentsLeftOut == 0 ? "" : $", {manifest.DocumentsLeftOut} document(s) left out by length";

    private static string Reach(DocumentReach reach) =>
        "loss tokens with so many of their document before them: " + string.Join(", ", reach.Beyond.Select(window =>
            string.Create(CultureInfo.InvariantCulture, $"{window.Window}: {reach.Share(window) * 100:F1} %")));

    /// <summary>Mean number of documents, or pieces of one, in a sequence; 0 without any.</summary>
    public static double PartsPerSequence(DataSplit split) =>
        split.Sequences == 0 ? 0 : (double)split.Parts / split.Sequences;

    /// <summary>The share of a split's positions that bears loss; 0 without any.</summary>
    public static double LossShare(DataSplit split) =>
        split.Positions == 0 ? 0 : (double)split.LossTokens / split.Positions;

    private static string Packing(DataManifest manifest) => manifest.Packing switch
    {
        Core.Formats.Packing.Isolate => "isolated documents",
        Core.Formats.Packing.Concatenate => "one stream of documents",
        Core.Formats.Packing.Conversations => "whole conversations, or pairs with a prompt for each answer,",
        _ => "whole pairs of answers, each after one prompt,",
    };

    private static IEnumerable<(string Name, DataSplit Split)> Splits(DataManifest manifest) =>
        [("train", manifest.Train), ("held-out", manifest.HeldOut)];

    private static IEnumerable<string> Histogram(IReadOnlyList<long> lengths)
    {
        var most = lengths.DefaultIfEmpty().Max();
        foreach (var (power, documents) in lengths.Index().SkipWhile(one => one.Item == 0))
        {
            // Every count above zero gets a bar, because one document among millions is worth seeing.
            var bar = new string('█', (int)Math.Ceiling((double)documents * BarWidth / Math.Max(1, most)));
            yield return string.Create(CultureInfo.InvariantCulture,
                $"    {1L << power,9} - {(2L << power) - 1,-9} {documents,10} {bar}").TrimEnd();
        }
    }
}
