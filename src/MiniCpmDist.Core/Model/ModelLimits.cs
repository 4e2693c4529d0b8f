namespace MiniCpmDist.Core.Model;

/// <summary>
/// The most of each dimension that is read from a file. Far above any published MiniCPM; beyond them a plan alone would
/// take gigabytes and minutes, and the number is a slip.
/// </summary>
public static class ModelLimits
{
    /// <summary>The largest width of hidden states.</summary>
    public const int HiddenSize = 1 << 17;

    /// <summary>The largest width of the feed-forward part.</summary>
    public const int IntermediateSize = 1 << 20;

    /// <summary>The most experts of a block.</summary>
    public const int Experts = 1 << 8;

    /// <summary>The most blocks.</summary>
    public const int Layers = 1 << 10;

    /// <summary>The most heads, of queries or of keys and values.</summary>
    public const int Heads = 1 << 12;

    /// <summary>The largest width of one head.</summary>
    public const int HeadDim = 1 << 12;

    /// <summary>The most pieces of a tokenizer.</summary>
    public const int VocabularySize = 1 << 24;

    /// <summary>The most elements of all tensors together: 100 billion.</summary>
    public const long Parameters = 100_000_000_000;
}
