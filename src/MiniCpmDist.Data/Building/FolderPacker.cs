using System.Globalization;
using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Corpus;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Data.TokenFolders;

namespace MiniCpmDist.Data.Building;

/// <summary>Makes a data folder out of the units of a corpus, in their order.</summary>
internal sealed class FolderPacker(BuildJob job, BuildFolder folder, BuildProgress progress)
{
    private const string QuarantineName = "quarantine.ndjson";
    private readonly DataBuildOptions _options = job.Options;

    /// <summary>Packs, syncs, and publishes the folder.</summary>
    /// <exception cref="ConfigurationException">The corpus holds too little text or too many broken lines.</exception>
    public DataManifest Run()
    {
        var units = job.Plan.Units()
            .Select(unit => new UnitFiles(folder.Units, unit))
            .Select(files => (Files: files, Summary: files.ReadIfDone(job.Plan) ?? throw new IOException(
                $"{files.Summary} is gone, or another process has changed it. Give the same command again.")))
            .ToList();
        var train = units.Aggregate(UnitTotals.Zero, (sum, unit) => sum.Plus(unit.Summary.Train));
        var heldOut = units.Aggregate(UnitTotals.Zero, (sum, unit) => sum.Plus(unit.Summary.HeldOut));
        folder.BeginPacking();
        var leftOut = units.Sum(unit => unit.Summary.LeftOut);
        var quarantined = Quarantine(units, train.Documents + heldOut.Documents + leftOut);
        RequireBothSides(train, heldOut);
        var manifest = Pack(units, train, heldOut, quarantined) with { DocumentsLeftOut = leftOut };
        File.Copy(_options.TokenizerPath, In(DataBuild.TokenizerName));
        using (var tokenizer = new FileStream(In(DataBuild.TokenizerName), FileMode.Open))
            tokenizer.Flush(flushToDisk: true);
        SyncedFile.Write(In(DataManifest.FileName), System.Text.Encoding.UTF8.GetBytes(manifest.Write()));
        folder.Commit();
        return manifest;
    }

    private DataManifest Pack(
        List<(UnitFiles Files, UnitSummary Summary)> units, UnitTotals train, UnitTotals heldOut, long quarantined)
    {
        var tokenizer = job.Tokenizer;
        using var trainWriter = new SplitWriter(folder.Packed, "train", _options, tokenizer.PieceCount, train);
        using var heldOutWriter = new SplitWriter(folder.Packed, "held-out", _options, tokenizer.PieceCount, heldOut);
        var ids = new int[1 << 16];
        var total = units.Sum(unit => unit.Summary.DataBytes);
        var packed = 0L;
        foreach (var (files, summary) in units)
        {
            progress.Packing(packed, total, files.Unit.Index);
            using var reader = new UnitReader(files.Data, summary, tokenizer.PieceCount);
            while (reader.Next(out var document, ref ids, tokenizer.BosId, tokenizer.EosId))
            {
                (document.IsHeldOut ? heldOutWriter : trainWriter).Append(
                    ids.AsSpan(0, document.Ids + 2), document.InputIds);
            }
            packed += summary.DataBytes;
        }
        progress.Packing(packed, total, units.Count);
        return new DataManifest(
            DataManifest.CurrentFormat,
            _options.Name ?? folder.Name,
            new DataTokenizer(
                DataBuild.TokenizerName, tokenizer.Hash, tokenizer.PieceCount, tokenizer.BosId, tokenizer.EosId),
            _options.SequenceLength, _options.Packing, _options.HeldOutFraction, trainWriter.Finish(),
            heldOutWriter.Finish(), quarantined, Sources(units));
    }

    // A slice counts its lines from its own beginning; the slices before it say where that is.
    private long Quarantine(List<(UnitFiles Files, UnitSummary Summary)> units, long documents)
    {
        using var file = new FileStream(In(QuarantineName), FileMode.CreateNew);
        using var writer = new StreamWriter(file);
        var log = new QuarantineLog(_options.MaxBroken, writer);
        var linesBefore = new Dictionary<string, long>();
        foreach (var (files, summary) in units)
        {
            foreach (var line in File.ReadLines(files.Quarantine).Select(QuarantineLog.Parse))
                log.Add(line with { Line = line.Line + linesBefore.GetValueOrDefault(line.File) });
            foreach (var span in summary.Spans)
                linesBefore[span.File.Path] = linesBefore.GetValueOrDefault(span.File.Path) + span.Lines;
        }
        log.ThrowIfTooMany(documents, linesBefore.Values.Sum());
        writer.Flush();
        file.Flush(flushToDisk: true);
        if (log.Count == 0)
            File.Delete(file.Name);
        return log.Count;
    }

    private static List<DataSource> Sources(List<(UnitFiles Files, UnitSummary Summary)> units) =>
    [
        .. units.SelectMany(unit => unit.Summary.Spans)
            .Where(span => span.Sha256 is not null)
            .Select(span => new DataSource(Path.GetFileName(span.File.Path), span.File.Bytes, span.Sha256!)),
    ];

    private void RequireBothSides(UnitTotals train, UnitTotals heldOut)
    {
        if (_options.IsAppended)
        {
            RequireSequence(train);
            return;
        }
        if (train.Documents > 0 && (heldOut.Documents > 0 || _options.HeldOutFraction == 0))
            return;
        var share = string.Create(CultureInfo.InvariantCulture, $"{_options.HeldOutFraction * 100:0.####} %");
        throw new ConfigurationException([new Problem(
            "corpus", $"documents enough to hold {share} of them out and train on the rest{Within(_options.Bounds)}",
            $"{train.Documents} to train on and {heldOut.Documents} held out", _options.Bounds != TokenBounds.None
                ? "give more documents, or other --min-tokens and --max-tokens"
                : train.Documents == 0
                ? "give more documents, or a smaller --held-out (0 holds nothing out)"
                : "give more documents, or a larger --held-out, or `--held-out 0` to hold nothing out")]);
    }

    // A run would refuse the part, and all that is appended later.
    private void RequireSequence(UnitTotals train)
    {
        var positions = SplitWriter.Positions(_options, train);
        if (positions >= _options.SequenceLength)
            return;
        throw new ConfigurationException([new Problem(
            "corpus", $"a whole sequence of {_options.SequenceLength} tokens to train on{Within(_options.Bounds)}",
            $"{positions} tokens of {train.Documents} document(s)", "give more text at once")]);
    }

    private static string Within(TokenBounds bounds) => bounds == TokenBounds.None
        ? ""
        : $", of {bounds.Least} tokens or more"
            + (bounds.Most == int.MaxValue ? "" : $" and {bounds.Most} at most");

    private string In(string name) => Path.Combine(folder.Packed, name);
}
