namespace MiniCpmDist.Core.Corpus;

/// <summary>How long a document may be to be kept.</summary>
/// <param name="Least">Positions of a sequence that it takes: its tokens, begin included. The end is only
/// predicted.</param>
/// <param name="Most">As <paramref name="Least"/>.</param>
public readonly record struct TokenBounds(int Least, int Most)
{
    /// <summary>No bounds.</summary>
    public static TokenBounds None { get; } = new(0, int.MaxValue);

    /// <summary>True for a document that is kept.</summary>
    /// <param name="ids">Its ids without begin and end.</param>
    public bool Hold(int ids) => ids + 1L >= Least && ids + 1L <= Most;
}
