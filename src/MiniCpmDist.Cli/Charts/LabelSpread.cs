namespace MiniCpmDist.Cli.Charts;

/// <summary>Moves labels apart that want the same place.</summary>
internal static class LabelSpread
{
    /// <summary>
    /// Places close to <paramref name="wanted"/> and in the same order, at least <paramref name="gap"/> apart, and
    /// between <paramref name="top"/> and <paramref name="bottom"/> as long as they fit there.
    /// </summary>
    public static IReadOnlyList<double> Spread(IReadOnlyList<double> wanted, double gap, double top, double bottom)
    {
        var order = Enumerable.Range(0, wanted.Count).OrderBy(index => wanted[index]).ToArray();
        var placed = new double[wanted.Count];
        var free = top;
        foreach (var index in order)
        {
            placed[index] = Math.Max(wanted[index], free);
            free = placed[index] + gap;
        }
        var limit = bottom;
        foreach (var index in order.Reverse())
        {
            placed[index] = Math.Min(placed[index], limit);
            limit = placed[index] - gap;
        }
        return placed;
    }
}
