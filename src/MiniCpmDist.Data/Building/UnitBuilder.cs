using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Corpus;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Data.Tokenization;

namespace MiniCpmDist.Data.Building;

/// <summary>
/// Tokenizes one unit. This thread reads, and with fewer units than threads others help it to encode; batches are
/// written in the order in which they were read, so that the result does not depend on who was quick.
/// </summary>
internal sealed class UnitBuilder(BuildJob job, WorkUnit unit, int encoders, CancellationToken stop)
{
    private const int BatchBytes = 1 << 18;
    private const int CollectBytes = 8 << 20;
    private readonly UnitFiles _files = new(job.UnitFolder, unit);
    private readonly TextEncoder _encoder = Encoder(job);
    private readonly Queue<Task<EncodedBatch>> _underWay = new();
    private readonly EncodedBatch _own = new();
    private SampleBatch _batch = new();
    private long _linesBefore;
    private long _bytesCounted;
    private long _leftOut;

    /// <summary>Makes the unit's files; the summary comes last.</summary>
    /// <exception cref="ConfigurationException">A file cannot be read, or is not what it was taken for.</exception>
    public void Run()
    {
        using var writer = new UnitWriter(_files.Data, job.Tokenizer.PieceCount);
        var quarantinePath = SyncedFile.Temporary(_files.Quarantine);
        using var quarantined = new FileStream(quarantinePath, FileMode.CreateNew, FileAccess.Write);
        using var text = new StreamWriter(quarantined);
        var quarantine = new QuarantineLog(job.Options.MaxBroken, text);
        try
        {
            var problems = new ProblemCollector();
            var spans = unit.Spans.Select(span => problems.Try(() => Read(span, writer, quarantine))).ToList();
            problems.ThrowIfAny();
            text.Flush();
            quarantined.Flush(flushToDisk: true);
            SyncedFile.Publish(quarantinePath, _files.Quarantine);
            var (bytes, checksum) = writer.Finish();
            var summary = new UnitSummary(
                job.Plan.Fingerprint, spans!, writer.Train, writer.HeldOut, quarantine.Count, bytes, checksum)
            {
                LeftOut = _leftOut,
            };
            SyncedFile.Write(_files.Summary, summary.Write());
            job.IdleEncoders.Add(_encoder);
            job.Counters.AddUnit();
        }
        finally
        {
            // The tokenizer is about to be disposed where this one fails; nobody may still be using it.
            Task.WhenAll(_underWay).ContinueWith(_ => { }, TaskScheduler.Default).Wait(CancellationToken.None);
        }
    }

    private UnitSpan Read(FileSpan span, UnitWriter writer, QuarantineLog quarantine)
    {
        var file = job.Plan.Files[span.File];
        var hash = span.Start == 0 ? SyncedFile.HashOf(file.Path) : null;
        using var reader = SampleReader.Open(
            file.Path, span, job.Options.Fields, (line, reason) => Quarantine(file, line, reason, quarantine),
            job.Memory);
        var before = _bytesCounted;
        while (reader.Next())
        {
            Take(reader, file, writer, quarantine);
            Count(before + reader.BytesRead);
            stop.ThrowIfCancellationRequested();
        }
        WriteAll(writer);
        Count(before + span.Bytes);
        if (SourceFile.Of(file.Path) != file)
        {
            throw new ConfigurationException([new Problem(
                file.Path, "a file that stays as it is during the build", "one that has changed meanwhile",
                "give the same command again once it is complete")]);
        }
        _linesBefore += reader.LinesRead;
        return new UnitSpan(file, span.Start, span.End, reader.LinesRead, hash);
    }

    private void Take(SampleReader reader, SourceFile file, UnitWriter writer, QuarantineLog quarantine)
    {
        var sample = reader.Sample;
        if (sample.Bytes <= LargeTextGate.Threshold)
        {
            _batch.Add(sample);
            if (_batch.Bytes >= BatchBytes)
                Encode(writer);
            return;
        }
        // The reader holds the gate here, so that one long text at a time is in memory, in whatever form.
        WriteAll(writer);
        if (!_own.TryAdd(
            sample.Input.WrittenSpan, sample.Output.WrittenSpan, _encoder, job.Options.HeldOutFraction))
        {
            _own.Clear();
            Quarantine(file, reader.FirstLine, _encoder.TooLong, quarantine);
        }
        Write(_own, writer);
        // The halves of buffers that have grown must be gone before the next long text comes.
        if (sample.Bytes > CollectBytes)
            GC.Collect();
    }

    private void Encode(UnitWriter writer)
    {
        if (encoders <= 1)
        {
            _batch.EncodeTo(_own, _encoder, job.Options.HeldOutFraction);
            Write(_own, writer);
            return;
        }
        var batch = _batch;
        _batch = new SampleBatch();
        _underWay.Enqueue(Task.Run(() =>
        {
            var encoded = new EncodedBatch();
            var encoder = Encoder(job);
            batch.EncodeTo(encoded, encoder, job.Options.HeldOutFraction);
            job.IdleEncoders.Add(encoder);
            return encoded;
        }, CancellationToken.None));
        if (_underWay.Count >= encoders)
            Write(_underWay.Dequeue().GetAwaiter().GetResult(), writer);
    }

    private static TextEncoder Encoder(BuildJob job) =>
        job.IdleEncoders.TryTake(out var idle) ? idle : new TextEncoder(job.Tokenizer);

    private void WriteAll(UnitWriter writer)
    {
        while (_underWay.TryDequeue(out var encoded))
            Write(encoded.GetAwaiter().GetResult(), writer);
        _batch.EncodeTo(_own, _encoder, job.Options.HeldOutFraction);
        Write(_own, writer);
    }

    private void Write(EncodedBatch encoded, UnitWriter writer)
    {
        var (documents, ids, leftOut) = encoded.WriteTo(writer, job.Options.Bounds);
        _leftOut += leftOut;
        job.Counters.Add(documents, ids + 2L * documents);
    }

    private void Quarantine(SourceFile file, long line, string reason, QuarantineLog quarantine)
    {
        quarantine.Add(new QuarantinedLine(file.Path, line, reason));
        quarantine.ThrowIfHopeless(_linesBefore + line);
        stop.ThrowIfCancellationRequested();
    }

    private void Count(long bytes)
    {
        job.Counters.AddBytes(bytes - _bytesCounted);
        _bytesCounted = bytes;
    }
}
