using System.Numerics;
using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Data.TokenFolders;

namespace MiniCpmDist.Data.Building;

/// <summary>Packs the documents of one split into its token file and its index. Memory does not grow with
/// them.</summary>
internal sealed class SplitWriter : IDisposable
{
    private readonly SequenceWriter _sequences;
    private readonly SequencePacker _packer;
    private readonly UnitTotals _totals;
    private readonly List<long> _lengths = [];

    /// <param name="folder">Where the files go.</param>
    /// <param name="name">Their name without the ending.</param>
    /// <param name="options">Sequence length and packing.</param>
    /// <param name="vocabularySize">Pieces of the tokenizer.</param>
    /// <param name="totals">Of all documents that will come: the header is written first.</param>
    public SplitWriter(string folder, string name, DataBuildOptions options, int vocabularySize, UnitTotals totals)
    {
        _totals = totals;
        _sequences = new SequenceWriter(
            folder, name, vocabularySize, options.SequenceLength, Positions(options, totals) / options.SequenceLength);
        _packer = new SequencePacker(options.SequenceLength, options.Packing, _sequences.Write);
    }

    /// <summary>Appends a document.</summary>
    /// <param name="ids">Begin, ids, end.</param>
    /// <param name="inputIds">Ids of a pair's input; 0 for plain text.</param>
    public void Append(ReadOnlySpan<int> ids, int inputIds)
    {
        _packer.Append(ids, inputIds);
        Count(_lengths, ids.Length);
    }

    /// <summary>Writes what is pending down to the disk.</summary>
    public DataSplit Finish()
    {
        var (parts, tokensHash, indexHash) = _sequences.Finish();
        return new DataSplit(
            _sequences.TokensFile, _sequences.IndexFile, _totals.Documents, _sequences.Sequences,
            _sequences.Positions, _sequences.LossTokens, parts, _packer.Pending, _packer.PendingLossTokens,
            _totals.TextBytes, _totals.LossBytes, _lengths, tokensHash, indexHash);
    }

    public void Dispose() => _sequences.Dispose();

    /// <summary>Positions that documents fill.</summary>
    public static long Positions(DataBuildOptions options, UnitTotals totals) =>
        options.Packing == Packing.Isolate ? totals.Ids - totals.Documents : totals.Ids;

    /// <summary>Counts a document among those of its length, as <see cref="DataSplit.DocumentLengths"/> has
    /// them.</summary>
    public static void Count(List<long> lengths, int ids)
    {
        var length = BitOperations.Log2((uint)ids);
        while (lengths.Count <= length)
            lengths.Add(0);
        lengths[length]++;
    }
}
