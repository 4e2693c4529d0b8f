namespace MiniCpmDist.Core.Problems;

/// <summary>Guesses what somebody meant to type.</summary>
public static class NearestKey
{
    /// <summary>The known word with the smallest edit distance, or null where none is near.</summary>
    /// <param name="typed">What was typed.</param>
    /// <param name="known">What would have been understood; the first of equally near words wins.</param>
    public static string? Of(string typed, IEnumerable<string> known)
    {
        var nearest = known.Select(word => (Word: word, Distance: Distance(typed, word)))
            .DefaultIfEmpty((Word: "", Distance: int.MaxValue))
            .MinBy(pair => pair.Distance);
        // More than a third of the letters wrong is another word, not a typing error.
        return nearest.Distance <= Math.Max(2, Math.Max(typed.Length, nearest.Word.Length) / 3) ? nearest.Word : null;
    }

    /// <summary>
    /// How many letters to insert, delete, replace, or swap with their neighbour. Small and capital letters count as
    /// equal.
    /// </summary>
    private static int Distance(string left, string right)
    {
        var costs = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            for (var j = 0; j <= right.Length; j++)
                costs[i, j] = i == 0 || j == 0 ? i + j : Cheapest(i, j);
        }
        return costs[left.Length, right.Length];

        int Cheapest(int i, int j)
        {
            var replaced = costs[i - 1, j - 1] + (Same(i - 1, j - 1) ? 0 : 1);
            var cost = Math.Min(replaced, Math.Min(costs[i - 1, j], costs[i, j - 1]) + 1);
            var swapped = i > 1 && j > 1 && Same(i - 1, j - 2) && Same(i - 2, j - 1);
            return swapped ? Math.Min(cost, costs[i - 2, j - 2] + 1) : cost;
        }

        bool Same(int i, int j) => char.ToLowerInvariant(left[i]) == char.ToLowerInvariant(right[j]);
    }
}
