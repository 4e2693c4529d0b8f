namespace MiniCpmDist.Core.Corpus;

/// <summary>
/// A stretch of a corpus that one thread tokenizes. A build that was killed keeps whole units of its work.
/// </summary>
/// <param name="Index">Place within the corpus, from 0.</param>
/// <param name="Spans">What it reads, in order.</param>
public sealed record WorkUnit(int Index, IReadOnlyList<FileSpan> Spans)
{
    /// <summary>Bytes on disk.</summary>
    public long Bytes => Spans.Sum(span => span.Bytes);
}
