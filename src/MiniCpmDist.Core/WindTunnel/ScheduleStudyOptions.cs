namespace MiniCpmDist.Core.WindTunnel;

/// <summary>
/// Schedules of one length: a constant learning rate, decays of several lengths that leave it, and one cosine (arXiv
/// 2404.06395, section 4.2).
/// </summary>
/// <param name="Size">The size of all runs, by name.</param>
/// <param name="TokensPerParameter">Length of each, in tokens for each non-embedding parameter.</param>
/// <param name="DecayPercents">Lengths of the decays, as percentages of the whole, rising.</param>
/// <param name="Seeds">Each schedule is trained with so many.</param>
public sealed record ScheduleStudyOptions(
    string Size, int TokensPerParameter, IReadOnlyList<double> DecayPercents, int Seeds)
{
    private const int MostParts = 1000;

    /// <summary>
    /// The smallest number of equal parts of a run such that each decay is a whole number of them; null where there is
    /// none up to 1,000.
    /// </summary>
    public int? Parts
    {
        get
        {
            for (var parts = 2; parts <= MostParts; parts++)
            {
                if (DecayPercents.All(percent => IsWhole(percent * parts / 100)))
                    return parts;
            }
            return null;
        }
    }

    private static bool IsWhole(double value) => Math.Abs(value - Math.Round(value)) < 1e-9 && Math.Round(value) >= 1;
}
