namespace MiniCpmDist.Cli.Charts;

/// <summary>
/// The lines of one series, ready to be drawn: every step (or the extremes of many), and the smoothed course.
/// </summary>
internal sealed record LossCurve(LossSeries Series, IReadOnlyList<LossPoint> Raw, IReadOnlyList<LossPoint> Smooth)
{
    private const int Buckets = 400;

    /// <summary>
    /// Kernel width as a share of the tokens from the beginning of training to the end of the longest run: the same for
    /// all runs, so that none looks calmer than another, and the same whatever part of the axis is shown.
    /// </summary>
    private const double BandwidthShare = 0.012;

    /// <summary>The last smoothed training loss; null for a series without training points.</summary>
    public double? LastTraining => Smooth.Count > 0 ? Smooth[^1].Loss : null;

    /// <summary>The last held-out point; null if there is none.</summary>
    public LossPoint? LastHeldOut => Series.HeldOut.Count > 0 ? Series.HeldOut[^1] : null;

    public static LossCurve Of(LossSeries series, LossWindow window) => new(
        series,
        Thinning.Extremes(series.Training, Buckets),
        Smoothing.Smooth(Thinning.Means(series.Training, Buckets), BandwidthShare * window.MaxTokens));

    /// <summary>
    /// "training 4.36, held-out 4.412": where the run stands at its end. Training is smoothed over few steps, so it has
    /// less digits.
    /// </summary>
    public string Outcome() => (LastTraining, LastHeldOut) switch
    {
        ({ } training, { } heldOut) =>
            $"training {AxisText.RoughLoss(training)}, held-out {AxisText.Loss(heldOut.Loss)}",
        ({ } training, null) => $"training {AxisText.RoughLoss(training)}",
        (null, { } heldOut) => $"held-out {AxisText.Loss(heldOut.Loss)}",
        _ => "no points here",
    };
}
