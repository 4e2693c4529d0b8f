namespace MiniCpmDist.Data.Corpus;

/// <summary>A line of a corpus that gives no text.</summary>
/// <param name="File">Path of the file.</param>
/// <param name="Line">1-based, uncompressed; the row of a Parquet file.</param>
/// <param name="Reason">What is wrong with it, a few words.</param>
public sealed record QuarantinedLine(string File, long Line, string Reason)
{
    internal const string TooLong = "the line is longer than 32 MiB";

    internal const string TextTooLong = "the text is longer than 32 MiB";
}
