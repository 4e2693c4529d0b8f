namespace MiniCpmDist.Core.Model;

/// <summary>
/// The most of each dimension that is read from a file. Far above any published MiniCPM; beyond them a plan alone would
/// take gigabytes and minutes, and the number is a slip.
/// </summary>
public static class ModelLimits
{
    /// <summary>Of hidden states.</summary>
    public const int HiddenSize = 1 << 17;

    /// <summary>Of the feed-forward part.</summary>
    public const int IntermediateSize = 1 << 20;

    /// <summary>Blocks.</summary>
    public const int Layers = 1 << 10;

    /// <summary>Of queries, or of keys and values.</summary>
    public const int Heads = 1 << 12;

    /// <summary>Of one head.</summary>
    public const int HeadDim = 1 << 12;

    /// <summary>Pieces of a tokenizer.</summary>
    public const int VocabularySize = 1 << 24;

    /// <summary>Of all tensors together: 100 billion.</summary>
    public const long Parameters = 100_000_000_000;
}
