using MiniCpmDist.Cli.Charts;

namespace MiniCpmDist.Cli.Figures;

/// <summary>An axis of a figure.</summary>
/// <param name="Label">What it measures, with the unit.</param>
/// <param name="IsLogarithmic">Equal factors are equally far apart, and not equal differences.</param>
internal sealed record FigureAxis(string Label, bool IsLogarithmic = false)
{
    private const int MostTicks = 9;
    private const int LeastTicks = 3;
    private static readonly double[] s_digits = [1, 2, 5];

    /// <summary>True for a number that has a place on the axis.</summary>
    public bool Has(double value) => double.IsFinite(value) && (!IsLogarithmic || value > 0);

    /// <summary>Where a number lies: itself, or its decimal logarithm.</summary>
    public double PlaceOf(double value) => IsLogarithmic ? Math.Log10(value) : value;

    /// <summary>
    /// The numbers that are written at the axis: 1, 2 and 5 times powers of ten, or powers of ten alone, or, where the
    /// range is too narrow for both, equal steps.
    /// </summary>
    /// <param name="low">The smallest number shown.</param>
    /// <param name="high">The largest, above <paramref name="low"/>.</param>
    public IReadOnlyList<double> Ticks(double low, double high)
    {
        if (IsLogarithmic)
        {
            var first = (int)Math.Floor(Math.Log10(low));
            var decades = Enumerable.Range(first, (int)Math.Ceiling(Math.Log10(high)) - first + 1);
            foreach (var digits in (double[][])[s_digits, [1]])
            {
                double[] ticks =
                [
                    .. decades.SelectMany(decade => digits.Select(digit => digit * Math.Pow(10, decade)))
                        .Where(tick => tick >= low && tick <= high),
                ];
                if (ticks.Length is >= LeastTicks and <= MostTicks)
                    return ticks;
            }
        }
        return NiceTicks.Between(low, high, MostTicks).Values;
    }
}
