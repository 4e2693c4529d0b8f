namespace MiniCpmDist.Core.Values;

/// <summary>Tables of words and what they stand for, as configuration, checkpoints and commands spell values.</summary>
internal static class Wording
{
    /// <summary>The word for a value.</summary>
    public static string Of<T>(IReadOnlyList<(string Word, T Value)> words, T value) =>
        words.First(entry => EqualityComparer<T>.Default.Equals(entry.Value, value)).Word;
}
