namespace MiniCpmDist.Cli.Charts;

/// <summary>
/// The part of the plane that a chart shows: tokens across, loss in nats upwards. Both extents are positive.
/// </summary>
/// <param name="CutOff">The highest loss above the window, where the first steps were cut off; otherwise null.</param>
internal sealed record LossWindow(double MinTokens, double MaxTokens, double MinLoss, double MaxLoss, double? CutOff)
{
    private const double Margin = 0.04;

    // The loss falls from ln(vocabulary) within the first steps. Shown in full, that fall would take most of the
    // height, and the tenths of a nat that runs differ by would not be seen. So it is cut where it takes more than a
    // share of the height.
    private const double OpeningShare = 0.06;
    private const double WorthCutting = 0.25;

    public double TokenSpan => MaxTokens - MinTokens;

    /// <summary>
    /// The window that holds all series. Throws <see cref="ArgumentException"/> if there is no point in any.
    /// </summary>
    public static LossWindow Around(IReadOnlyList<LossSeries> series)
    {
        var points = series.SelectMany(one => one.Points).ToList();
        if (points.Count == 0)
            throw new ArgumentException("A chart needs at least one finite point.", nameof(series));
        double left = points.Min(point => point.Tokens), right = points.Max(point => point.Tokens);
        foreach (var phase in series.SelectMany(one => one.Phases))
            left = Math.Min(left, phase.Begin);
        if (left == right)
            (left, right) = (left - 1, right + 1);

        double low = points.Min(point => point.Loss), high = points.Max(point => point.Loss);
        var settled = points
            .Where(point => point.Tokens >= left + OpeningShare * (right - left))
            .Max(point => point.Loss);
        var isCut = high - settled > WorthCutting * (high - low) && settled > low;
        var top = isCut ? settled : high;
        // Half a nat around a flat line. Flat is also what differs by little more than the resolution of a double.
        var isFlat = top - low <= 1e-6 * Math.Max(1, Math.Abs(low));
        var room = isFlat ? Math.Max(0.5, Math.Abs(low) * 0.01) : Margin * (top - low);
        return new LossWindow(
            left, right, low >= 0 ? Math.Max(0, low - room) : low - room, top + room, isCut ? high : null);
    }

    /// <summary>0 at the left edge, 1 at the right one.</summary>
    public double Across(double tokens) => (tokens - MinTokens) / TokenSpan;

    /// <summary>0 at the top, 1 at the bottom, negative above the window.</summary>
    public double Down(double loss) => (MaxLoss - loss) / (MaxLoss - MinLoss);
}
