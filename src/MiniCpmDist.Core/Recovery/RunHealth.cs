namespace MiniCpmDist.Core.Recovery;

/// <summary>
/// What the last steps say about how a run is doing. A function of the run's own numbers, which all ranks know, and
/// part of its checkpoints: so all ranks, a resumed run and a replay come to the same verdict without a word.
/// </summary>
/// <param name="Losses">The last ones under one mixture and one batch, oldest first.</param>
/// <param name="TokenBatch">Of those steps.</param>
/// <param name="Skipped">Steps that have been skipped since the last one that was not.</param>
public sealed record RunHealth(IReadOnlyList<double> Losses, long TokenBatch, int Skipped)
{
    // A run that has learned its data by heart has hardly any deviation; a rise by less is no spike.
    private const double SmallestDeviation = 1e-3;

    /// <summary>Of a run that has taken no step.</summary>
    public static RunHealth Start { get; } = new([], 0, 0);

    /// <summary>A step had a loss. A spike is none of the losses that the next one is held to.</summary>
    /// <returns>What to do about it; null for nothing.</returns>
    public (RunHealth After, RollbackCause? Cause) Measured(double loss, long tokenBatch, RecoveryOptions options)
    {
        // Another batch has another deviation.
        var usual = tokenBatch == TokenBatch ? Losses : [];
        if (usual.Count >= RecoveryOptions.SmallestSpikeWindow && Deviations(usual, loss) > options.Spike)
            return (this with { Skipped = 0 }, RollbackCause.Spike);
        return (
            new RunHealth([.. usual.Append(loss).TakeLast(options.SpikeWindow)], tokenBatch, Skipped: 0), null);
    }

    /// <summary>A step had numbers that are not finite, and was skipped.</summary>
    /// <returns>What to do about it; null for nothing.</returns>
    public (RunHealth After, RollbackCause? Cause) Skip(RecoveryOptions options) => (
        this with { Skipped = Skipped + 1 },
        Skipped + 1 >= options.SkippedSteps ? RollbackCause.SkippedSteps : null);

    /// <summary>From here on the data have another mixture, and with it another loss.</summary>
    public RunHealth Mixed() => this with { Losses = [] };

    /// <summary>Other data follow than those that were skipped.</summary>
    public RunHealth PassedOver() => this with { Skipped = 0 };

    /// <summary>How many standard deviations a loss lies above the mean of others.</summary>
    private static double Deviations(IReadOnlyList<double> usual, double loss)
    {
        var mean = usual.Average();
        var deviation = Math.Sqrt(usual.Sum(value => (value - mean) * (value - mean)) / usual.Count);
        return (loss - mean) / Math.Max(deviation, SmallestDeviation * Math.Abs(mean));
    }
}
