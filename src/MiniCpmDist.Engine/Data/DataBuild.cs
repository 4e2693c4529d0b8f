using System.Globalization;
using MiniCpmDist.Core.Configuration;

namespace MiniCpmDist.Engine.Data;

/// <summary>
/// Turns a corpus into a data folder: train.tokens, held-out.tokens, tokenizer.model, manifest.json, and
/// quarantine.jsonl where lines gave no text. Documents follow each other in the order of the corpus as begin, ids,
/// end. Memory does not grow with the corpus, and the same corpus and tokenizer give the same bytes on any number of
/// workers.
/// </summary>
public static class DataBuild
{
    /// <summary>Name of the tokenizer's copy in a data folder.</summary>
    public const string TokenizerName = "tokenizer.model";

    private const string TrainName = "train.tokens";
    private const string HeldOutName = "held-out.tokens";
    private const string QuarantineName = "quarantine.jsonl";
    private const int BatchCharacters = 1 << 18;

    /// <summary>Builds the folder.</summary>
    /// <exception cref="ConfigurationException">Everything that is wrong with options or corpus;
    /// the folder does not exist then.</exception>
    public static DataBuildReport Run(DataBuildOptions options, Action<DataBuildProgress>? progress = null)
    {
        var (files, tokenizer) = Check(options);
        using (tokenizer)
        using (var folder = PartialFolder.Create(options.OutputFolder))
        {
            var manifest = Write(options, files, tokenizer, folder, progress);
            File.Copy(options.TokenizerPath, folder.File(TokenizerName));
            File.WriteAllText(folder.File(DataManifest.FileName), manifest.Write());
            folder.Commit();
            return new DataBuildReport(options.OutputFolder, manifest);
        }
    }

    private static (IReadOnlyList<string> Files, Tokenizer Tokenizer) Check(DataBuildOptions options)
    {
        var faults = new FaultCollector();
        var files = faults.Try(() => CorpusFiles.Find(options.Corpus));
        PartialFolder.RequireFree(faults, options.OutputFolder);
        faults.Require(
            options.HeldOutFraction is > 0 and <= 0.5, "held-out", "more than 0 % and at most 50 % of the documents",
            options.HeldOutFraction.ToString("P", CultureInfo.InvariantCulture), "2% is the default");
        faults.Require(
            options.Workers >= 1, "workers", "1 or more", options.Workers.ToString(CultureInfo.InvariantCulture),
            "leave it out: all cores");
        var tokenizer = faults.Try(() => Tokenizer.Load(options.TokenizerPath));
        if (faults.Any)
            tokenizer?.Dispose();
        faults.ThrowIfAny();
        return (files!, tokenizer!);
    }

    private static DataManifest Write(
        DataBuildOptions options, IReadOnlyList<string> files, Tokenizer tokenizer, PartialFolder folder,
        Action<DataBuildProgress>? progress)
    {
        using var train = new TokenFileWriter(folder.File(TrainName), tokenizer.PieceCount);
        using var heldOut = new TokenFileWriter(folder.File(HeldOutName), tokenizer.PieceCount);
        using var quarantineFile = new StreamWriter(folder.File(QuarantineName));
        var quarantine = new QuarantineLog(quarantineFile);
        var position = new CorpusPosition(files);
        foreach (var batch in InOrder(Batches(CorpusReader.Read(files, quarantine.Add)), options, tokenizer))
        {
            foreach (var (ids, isHeldOut) in batch.Documents)
                (isHeldOut ? heldOut : train).Append(tokenizer.BosId, ids, tokenizer.EosId);
            progress?.Invoke(new DataBuildProgress(
                train.Documents + heldOut.Documents, train.Tokens + heldOut.Tokens,
                position.BytesRead(batch.File, batch.FilePosition), position.BytesTotal));
        }
        quarantine.ThrowIfTooMany(train.Documents + heldOut.Documents);
        RequireBothSides(train, heldOut, options);
        quarantineFile.Dispose();
        if (quarantine.Count == 0)
            File.Delete(folder.File(QuarantineName));
        return new DataManifest(
            DataManifest.CurrentFormat,
            new DataTokenizer(TokenizerName, tokenizer.Hash, tokenizer.PieceCount, tokenizer.BosId, tokenizer.EosId),
            options.HeldOutFraction, train.Finish(), heldOut.Finish(), quarantine.Count, position.Sources);
    }

    private static IEnumerable<List<Document>> Batches(IEnumerable<Document> documents)
    {
        var batch = new List<Document>();
        var characters = 0;
        foreach (var document in documents)
        {
            batch.Add(document);
            characters += document.Text.Length;
            if (characters < BatchCharacters)
                continue;
            yield return batch;
            (batch, characters) = ([], 0);
        }
        if (batch.Count > 0)
            yield return batch;
    }

    // As many batches as workers are under way, and they are taken in the order in which they were read: that order,
    // and no clock, decides what is written.
    private static IEnumerable<EncodedBatch> InOrder(
        IEnumerable<List<Document>> batches, DataBuildOptions options, Tokenizer tokenizer)
    {
        var underWay = new Queue<Task<EncodedBatch>>();
        try
        {
            foreach (var batch in batches)
            {
                underWay.Enqueue(Task.Run(() => EncodedBatch.Encode(batch, tokenizer, options.HeldOutFraction)));
                if (underWay.Count >= options.Workers)
                    yield return underWay.Dequeue().GetAwaiter().GetResult();
            }
            while (underWay.TryDequeue(out var encoded))
                yield return encoded.GetAwaiter().GetResult();
        }
        finally
        {
            // The tokenizer is about to be disposed; nobody may still be using it.
            Task.WhenAll(underWay).ContinueWith(_ => { }, TaskScheduler.Default).Wait();
        }
    }

    private static void RequireBothSides(TokenFileWriter train, TokenFileWriter heldOut, DataBuildOptions options)
    {
        if (train.Documents > 0 && heldOut.Documents > 0)
            return;
        throw new ConfigurationException([new Fault(
            "corpus", $"documents enough to hold {options.HeldOutFraction:P0} of them out and train on the rest",
            $"{train.Documents} to train on and {heldOut.Documents} held out",
            "give more documents, or a larger --held-out")]);
    }
}
