namespace MiniCpmDist.Data.TokenFolders;

/// <summary>One split of a data folder, as its manifest describes it.</summary>
/// <param name="TokensFile">Name of the token file within the folder.</param>
/// <param name="IndexFile">Name of its index.</param>
/// <param name="Documents">Documents that were packed.</param>
/// <param name="Sequences">Whole sequences.</param>
/// <param name="Positions">Positions of them.</param>
/// <param name="LossTokens">Positions of them that bear loss.</param>
/// <param name="Parts">Stretches of a document within a sequence.</param>
/// <param name="DroppedTokens">Positions after the last whole sequence, which nobody reads.</param>
/// <param name="DroppedLossTokens">Those of them that would bear loss.</param>
/// <param name="TextBytes">UTF-8 bytes of the texts.</param>
/// <param name="LossBytes">UTF-8 bytes of what bears loss: of a pair, its output alone.</param>
/// <param name="DocumentLengths">Element i counts the documents of 2^i to 2^(i+1) - 1 ids, begin and end
/// included.</param>
/// <param name="TokensSha256">Of the token file; lower-case hex.</param>
/// <param name="IndexSha256">Of the index; lower-case hex.</param>
public sealed record DataSplit(
    string TokensFile,
    string IndexFile,
    long Documents,
    long Sequences,
    long Positions,
    long LossTokens,
    long Parts,
    long DroppedTokens,
    long DroppedLossTokens,
    long TextBytes,
    long LossBytes,
    IReadOnlyList<long> DocumentLengths,
    string TokensSha256,
    string IndexSha256)
{
    /// <summary>
    /// UTF-8 bytes of text for each position that bears loss, a document's end among them: nats per token divided by
    /// ln 2 and by this are bits per byte. 0 where nothing bears loss.
    /// </summary>
    public double BytesPerToken() => BytesPerToken([this]);

    /// <summary>The same of several splits together.</summary>
    public static double BytesPerToken(IReadOnlyList<DataSplit> splits) =>
        splits.Sum(split => split.LossTokens + split.DroppedLossTokens) is > 0 and var tokens
            ? (double)splits.Sum(split => split.LossBytes) / tokens
            : 0;

    /// <summary>The share of all positions that are in whole sequences.</summary>
    public double KeptShare() => Positions + DroppedTokens is > 0 and var all ? (double)Positions / all : 0;
}
