using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Data.Corpus;

/// <summary>Streams the samples of a corpus file, or of a slice of one.</summary>
internal abstract class SampleReader : IDisposable
{
    private readonly Action<long, string> _quarantine;

    protected SampleReader(Action<long, string> quarantine) => _quarantine = quarantine;

    /// <summary>What <see cref="Next"/> has read.</summary>
    public Sample Sample { get; } = new();

    /// <summary>The sample as its file has it, where that is a line of JSON; empty elsewhere. Valid until the next
    /// one.</summary>
    public virtual ReadOnlySpan<byte> StoredLine => default;

    /// <summary>1-based line, uncompressed and counted from the slice's first, where the sample begins; the row of a
    /// Parquet file.</summary>
    public long FirstLine { get; protected set; }

    /// <summary>Lines read so far; in the end those of the slice. Rows of a Parquet file count as lines.</summary>
    public abstract long LinesRead { get; }

    /// <summary>Bytes read so far as they lie on disk, a buffer or two ahead of the sample.</summary>
    public abstract long BytesRead { get; }

    /// <summary>Opens a file, all of it or a slice.</summary>
    /// <param name="path">From <see cref="CorpusFiles.Find"/>.</param>
    /// <param name="span">What to read of it; null for all.</param>
    /// <param name="fields">Where JSON lines and Parquet files keep their texts.</param>
    /// <param name="quarantine">Is told the line and the reason of what gives no sample.</param>
    /// <param name="memory">Shared by all readers that are open at once.</param>
    /// <exception cref="ConfigurationException">The file cannot be read.</exception>
    public static SampleReader Open(
        string path, FileSpan? span, FieldMap fields, Action<long, string> quarantine, ReadingMemory? memory = null) =>
        path == StandardInput.Path
            ? StandardInput.Open(Console.OpenStandardInput(), fields, quarantine, memory?.LargeTexts)
            : CorpusFiles.KindOf(path) switch
            {
                CorpusKind.Parquet => new ParquetSampleReader(path, span, fields, quarantine, memory),
                CorpusKind.PlainText => new PlainTextReader(path, span, quarantine, memory?.LargeTexts),
                _ => new JsonLinesReader(path, span, fields, quarantine, memory?.LargeTexts),
            };

    /// <summary>Reads the next sample; false at the end.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read to its end.</exception>
    public abstract bool Next();

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);

    protected void Quarantine(string reason) => _quarantine(LinesRead, reason);
}
