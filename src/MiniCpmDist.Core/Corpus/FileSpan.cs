namespace MiniCpmDist.Core.Corpus;

/// <summary>A stretch of a corpus file: the lines that begin in it.</summary>
/// <param name="File">Index of the file within the corpus.</param>
/// <param name="Start">First byte, on disk.</param>
/// <param name="End">The byte after the last one.</param>
/// <param name="FileBytes">Size of the whole file.</param>
public sealed record FileSpan(int File, long Start, long End, long FileBytes)
{
    /// <summary>Bytes of the stretch.</summary>
    public long Bytes => End - Start;

    /// <summary>True when it is all of the file.</summary>
    public bool IsWhole => Start == 0 && End == FileBytes;
}
