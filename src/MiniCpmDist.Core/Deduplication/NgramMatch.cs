namespace MiniCpmDist.Core.Deduplication;

/// <summary>An n-gram that a text and an evaluation set share.</summary>
/// <param name="Item">Number of the set's item.</param>
/// <param name="Place">The n-gram's first word in the text, from 0.</param>
/// <param name="Words">Its words.</param>
public readonly record struct NgramMatch(int Item, int Place, int Words);
