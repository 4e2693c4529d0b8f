namespace MiniCpmDist.Cli.Charts;

/// <summary>Axis ticks at multiples of 1, 2 or 5 times a power of ten.</summary>
/// <param name="Step">Distance between neighbours, positive.</param>
/// <param name="Values">Ascending, within the range asked for; empty only if no multiple falls into it.</param>
internal sealed record NiceTicks(double Step, IReadOnlyList<double> Values)
{
    private static readonly double[] s_digits = [1, 2, 5];

    /// <summary>
    /// The finest ticks of <paramref name="low"/> to <paramref name="high"/> that are at most <paramref name="most"/>.
    /// </summary>
    /// <param name="low">Lower end of the axis, less than <paramref name="high"/>.</param>
    /// <param name="high">Upper end of the axis.</param>
    /// <param name="most">How many fit beside each other, at least 1.</param>
    /// <param name="smallestStep">1 for an axis of whole numbers.</param>
    public static NiceTicks Between(double low, double high, int most, double smallestStep = 0)
    {
        var exponent = Math.Floor(Math.Log10((high - low) / most)) - 1;
        foreach (var step in Steps(exponent))
        {
            var first = Math.Ceiling(low / step - 1e-9);
            var last = Math.Floor(high / step + 1e-9);
            // The count may be one more than the range's length over the step suggests, so it is counted and not
            // computed.
            if (step < smallestStep || last - first + 1 > most)
                continue;
            var count = Math.Max(0, (int)(last - first) + 1);
            // Plus zero, because a negative zero would be written with its sign.
            return new NiceTicks(step, [.. Enumerable.Range(0, count).Select(index => (first + index) * step + 0.0)]);
        }
        throw new InvalidOperationException($"No ticks between {low} and {high}.");
    }

    private static IEnumerable<double> Steps(double exponent)
    {
        for (var power = exponent; power <= exponent + 400; power++)
        {
            foreach (var digit in s_digits)
                yield return digit * Math.Pow(10, power);
        }
    }
}
