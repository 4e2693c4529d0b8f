namespace MiniCpmDist.Core.WindTunnel;

/// <summary>
/// The effects of two factors with two levels each (a 2² factorial design): what each does in the mean over the other,
/// and how far one changes what the other does.
/// </summary>
/// <param name="First">Of the first factor.</param>
/// <param name="Second">Of the second.</param>
/// <param name="Interaction">The second's effect at the first's upper level less that at the lower.</param>
public sealed record TwoFactorEffects(Effect First, Effect Second, Effect Interaction)
{
    /// <param name="cells">Repeated values, by the level of the first factor and that of the second; all cells have
    /// the same number.</param>
    public static TwoFactorEffects Of(IReadOnlyList<IReadOnlyList<IReadOnlyList<double>>> cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        var repeats = cells[0][0].Count;
        var mean = cells.Select(row => row.Select(cell => cell.Average()).ToArray()).ToArray();
        double? error = null;
        if (repeats > 1)
        {
            // One spread for all cells: each alone has few values.
            var squares = cells.SelectMany((row, i) => row.SelectMany((cell, j) => cell.Select(
                value => (value - mean[i][j]) * (value - mean[i][j])))).Sum();
            error = Math.Sqrt(squares / (4 * (repeats - 1)) / repeats);
        }
        return new TwoFactorEffects(
            new Effect((mean[1][0] + mean[1][1] - mean[0][0] - mean[0][1]) / 2, error),
            new Effect((mean[0][1] + mean[1][1] - mean[0][0] - mean[1][0]) / 2, error),
            new Effect(mean[1][1] - mean[1][0] - mean[0][1] + mean[0][0], 2 * error));
    }
}
