namespace MiniCpmDist.Data.Corpus;

/// <summary>One text of a corpus and where it stands.</summary>
/// <param name="Text">Never blank.</param>
/// <param name="File">Path of the file.</param>
/// <param name="Line">1-based line in the file, uncompressed, where the text begins.</param>
/// <param name="FilePosition">Bytes of the file read so far, compressed where the file is: for progress.</param>
public sealed record Document(string Text, string File, long Line, long FilePosition);
