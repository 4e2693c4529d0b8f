using System.Numerics;

namespace MiniCpmDist.Core.Model;

/// <summary>
/// Which experts some tokens take, and the tokens in the order of their experts, so that each expert has its rows side
/// by side. An assignment is a token with one of its experts; every token has the same number of them.
/// </summary>
public sealed class ExpertRouting
{
    private ExpertRouting(int tokens, int perToken, int[] chosen, int[] counts, long[] rows, long[] places) =>
        (Tokens, PerToken, Chosen, Counts, Rows, Places) = (tokens, perToken, chosen, counts, rows, places);

    public int Tokens { get; }

    /// <summary>Experts that a token takes.</summary>
    public int PerToken { get; }

    /// <summary>All assignments.</summary>
    public int Assignments => Rows.Length;

    /// <summary>The experts of each token, <c>[tokens, per token]</c>, the best first.</summary>
    public IReadOnlyList<int> Chosen { get; }

    /// <summary>The assignments of each expert.</summary>
    public IReadOnlyList<int> Counts { get; }

    /// <summary>The token of each assignment, expert by expert; those of an expert rise.</summary>
    public long[] Rows { get; }

    /// <summary>
    /// The place of each assignment in <see cref="Rows"/>, <c>[per token, tokens]</c>: first those of all tokens with
    /// their best expert.
    /// </summary>
    public long[] Places { get; }

    /// <summary>
    /// Takes the largest scores of each token. Of equal ones the expert with the lower index is taken.
    /// </summary>
    /// <param name="scores"><c>[tokens, experts]</c>.</param>
    /// <param name="experts">Scores of a token.</param>
    /// <param name="perToken">Experts that each token takes.</param>
    public static ExpertRouting Of<T>(ReadOnlySpan<T> scores, int experts, int perToken)
        where T : struct, INumber<T>
    {
        var tokens = scores.Length / experts;
        var chosen = new int[tokens * perToken];
        var counts = new int[experts];
        for (var token = 0; token < tokens; token++)
        {
            var own = scores.Slice(token * experts, experts);
            for (var slot = 0; slot < perToken; slot++)
            {
                var best = Best(own, chosen.AsSpan(token * perToken, slot));
                chosen[token * perToken + slot] = best;
                counts[best]++;
            }
        }
        var (rows, places) = Sort(chosen, counts, tokens, perToken);
        return new ExpertRouting(tokens, perToken, chosen, counts, rows, places);
    }

    /// <summary>First row and number of rows of each expert that has any.</summary>
    public IEnumerable<(int Expert, int First, int Count)> Parts()
    {
        var first = 0;
        foreach (var (expert, count) in Counts.Index())
        {
            if (count > 0)
                yield return (expert, first, count);
            first += count;
        }
    }

    /// <summary>
    /// Scores that are not finite are chosen like others, so that they reach the loss and are found there.
    /// </summary>
    private static int Best<T>(ReadOnlySpan<T> scores, ReadOnlySpan<int> taken) where T : struct, INumber<T>
    {
        var best = -1;
        for (var expert = 0; expert < scores.Length; expert++)
        {
            if (!taken.Contains(expert) && (best < 0 || scores[expert] > scores[best]))
                best = expert;
        }
        return best;
    }

    private static (long[] Rows, long[] Places) Sort(int[] chosen, int[] counts, int tokens, int perToken)
    {
        var next = new int[counts.Length];
        for (var expert = 1; expert < counts.Length; expert++)
            next[expert] = next[expert - 1] + counts[expert - 1];
        var (rows, places) = (new long[chosen.Length], new long[chosen.Length]);
        for (var token = 0; token < tokens; token++)
        {
            for (var slot = 0; slot < perToken; slot++)
            {
                var place = next[chosen[token * perToken + slot]]++;
                rows[place] = token;
                places[slot * tokens + token] = place;
            }
        }
        return (rows, places);
    }
}
