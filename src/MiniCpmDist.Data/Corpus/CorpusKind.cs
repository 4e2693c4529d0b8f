namespace MiniCpmDist.Data.Corpus;

/// <summary>How a corpus file keeps its texts.</summary>
internal enum CorpusKind
{
    /// <summary>One JSON object a line.</summary>
    JsonLines,

    /// <summary>The file is one text.</summary>
    PlainText,

    /// <summary>A column of texts.</summary>
    Parquet,
}
