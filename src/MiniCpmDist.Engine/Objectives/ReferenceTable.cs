using MiniCpmDist.Data.TokenFolders;

namespace MiniCpmDist.Engine.Objectives;

/// <summary>The reference's log-probabilities of all answers of some splits.</summary>
internal sealed class ReferenceTable
{
    private readonly Dictionary<string, (long[] First, float[] Values)> _splits = [];

    /// <summary>Where the answers of each sequence of a split begin in the list of all, and their number.</summary>
    public static long[] Places(TokenDataset split)
    {
        var first = new long[split.SequenceCount + 1];
        for (var i = 0L; i < split.SequenceCount; i++)
            first[i + 1] = first[i] + split.ScoredDocuments(i);
        return first;
    }

    /// <summary>Takes the values of a split, one for each answer.</summary>
    public void Add(TokenDataset split, float[] values) =>
        _splits[split.ContentHash] = (Places(split), values);

    /// <summary>The values of a sequence's answers.</summary>
    public ReadOnlySpan<float> Of(TokenDataset split, long index)
    {
        var (first, values) = _splits[split.ContentHash];
        return values.AsSpan((int)first[index], (int)(first[index + 1] - first[index]));
    }
}
