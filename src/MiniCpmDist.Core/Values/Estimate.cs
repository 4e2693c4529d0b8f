namespace MiniCpmDist.Core.Values;

/// <summary>A mean and the error that it has because the items are a sample.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Error">Standard error: the sample's standard deviation over the root of its size; NaN for one item.
/// </param>
/// <param name="Count">Items.</param>
public readonly record struct Estimate(double Mean, double Error, int Count)
{
    /// <summary>The sample's standard deviation; NaN for one item.</summary>
    public double Deviation => Error * Math.Sqrt(Count);

    public static Estimate Of(IReadOnlyCollection<double> values)
    {
        var mean = values.Count == 0 ? double.NaN : values.Sum() / values.Count;
        var squares = values.Sum(value => (value - mean) * (value - mean));
        var error = values.Count < 2 ? double.NaN : Math.Sqrt(squares / (values.Count - 1) / values.Count);
        return new Estimate(mean, error, values.Count);
    }

    /// <summary>
    /// How much higher the second of two models is, item by item. Both answered the same items, so that the error is
    /// that of the differences: most often far below that of either score.
    /// </summary>
    public static Estimate OfDifferences(IReadOnlyList<double> first, IReadOnlyList<double> second) =>
        Of([.. first.Zip(second, (a, b) => b - a)]);
}
